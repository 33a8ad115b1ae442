/* Bodies of a candidate's page: what the lean reader takes, a whole JSON reader takes too, and
 * reads the same numbers and texts. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "web/intake_read.h"

static void same_int(const json_t *object, const char *name, int64_t value)
{
	const json_t *member = json_object_get(object, name);
	if (member ? json_integer_value(member) != value : value != 0)
		abort();
}

static void same_answer(const json_t *answer, const struct answer_write *w)
{
	same_int(answer, "seq", w->seq);
	same_int(answer, "item", w->item_no);
	same_int(answer, "spent", w->spent_ms);
	const char *response = json_string_value(json_object_get(answer, "response"));
	if (!response || strcmp(response, w->response) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct intake_body body;
	struct str text = {(const char *)data, size};
	char *texts = malloc(size + 1);
	if (!texts)
		abort();
	if (intake_read(text, texts, &body) == 0) {
		auto_json value = NULL;
		if (json_read(text, JSON_TEXT_MAX, &value, NULL) < 0)
			abort();
		same_int(value, "epoch", body.epoch);
		const json_t *answers = json_object_get(value, "answers");
		if (json_array_size(answers) != body.n)
			abort();
		for (size_t i = 0; i < body.n; i++)
			same_answer(json_array_get(answers, i), &body.writes[i]);
	}
	free(texts);
	return 0;
}
