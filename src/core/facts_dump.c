/* Facts as text, kept beside the decision they led to. */
#include <inttypes.h>

#include "base/civil.h"
#include "core/rule_impl.h"

enum { DUMP_MAX = 256 * 1024 };

static void put_text(struct buf *out, const char *text)
{
	buf_putc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_putc(out, '\\');
		if ((unsigned char)*text >= 0x20)
			buf_putc(out, *text);
	}
	buf_putc(out, '"');
}

static void put_value(struct buf *out, const struct fact_value *v)
{
	char day[CIVIL_TEXT];
	put_text(out, v->name);
	buf_putc(out, ':');
	if (v->text)
		put_text(out, v->text);
	else if (fact_is_date(v->name))
		put_text(out, civil_put_day(v->number, day));
	else
		buf_printf(out, "%" PRId64, v->number);
}

static void put_values(struct buf *out, const struct fact_value *v)
{
	for (const char *comma = ""; v; v = v->next, comma = ",") {
		buf_puts(out, comma);
		put_value(out, v);
	}
}

/* Days and texts that a record does not give stay out: they would read as 1970 and as "". */
static void put_record(struct buf *out, const struct fact_record *r)
{
	const char *comma = "{";
	for (const struct fact_value *v = r->values; v; v = v->next) {
		if (!record_value(r, v->name))
			continue;
		buf_puts(out, comma);
		put_value(out, v);
		comma = ",";
	}
	buf_puts(out, *comma == '{' ? "{}" : "}");
}

static void put_list(struct buf *out, const struct fact_list *l)
{
	put_text(out, l->name);
	buf_puts(out, ":[");
	for (const struct fact_record *r = l->first; r; r = r->next) {
		buf_puts(out, r == l->first ? "" : ",");
		put_record(out, r);
	}
	buf_putc(out, ']');
}

const char *facts_dump(struct arena *a, const struct facts *f)
{
	auto_buf out;
	buf_init(&out, DUMP_MAX);
	buf_putc(&out, '{');
	put_values(&out, f->values);
	for (const struct fact_list *l = f->lists; l; l = l->next) {
		if (l != f->lists || f->values)
			buf_putc(&out, ',');
		put_list(&out, l);
	}
	buf_putc(&out, '}');
	return arena_str(a, buf_view(&out));
}
