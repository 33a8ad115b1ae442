/* What a certificate's paper is made of, fetched. */
#include "base/credential_compact.h"
#include "core/file.h"
#include "core/log_trust.h"
#include "core/secret.h"
#include "doc/certificate_paper.h"
#include "domain/certificate/credential.h"
#include "query/certificate.h"

static int load_photo(struct ctx *cx, const struct q_certificate_find *c, struct str *ret_photo)
{
	struct file file;
	*ret_photo = STR_NONE;
	if (!c->photo_file_id)
		return 0;
	int r = file_read(cx, c->person_id, c->photo_file_id, &file);
	if (r < 0)
		return r;
	*ret_photo = file.bytes;
	return 0;
}

/* The paper shows the number in full, so what it carries proves it in full. */
static int load_credential(struct ctx *cx, struct certificate_print *print)
{
	const struct q_certificate_find *c = print->certificate;
	struct credential credential;
	int r = certificate_credential(cx, c->person_id, c->id, true, &credential);
	if (r < 0)
		return r;
	struct buf json, compact;
	buf_init(&json, CREDENTIAL_MAX);
	buf_init(&compact, CREDENTIAL_COMPACT_MAX);
	r = credential_put(&json, &credential);
	if (r == 0)
		r = credential_compact_put(&compact, &credential);
	if (r == 0) {
		print->credential = (struct str){arena_copy(cx->arena, json.p, json.n), json.n};
		print->compact = (struct str){arena_copy(cx->arena, compact.p, compact.n),
			compact.n};
	}
	buf_fini(&json);
	buf_fini(&compact);
	return r < 0 ? fail(cx, r, "certificate.no_paper") : 0;
}

int certificate_print_load(struct ctx *cx, const struct q_certificate_find *c, const char *origin,
	bool must_prove, struct certificate_print *ret_print)
{
	struct certificate_print print = {.certificate = c, .origin = origin};
	int r = load_photo(cx, c, &print.photo);
	if (r == 0)
		r = secret_open(cx, "certificate.idno_cipher", c->idno_cipher, &print.idno);
	if (r < 0)
		return r;
	r = load_credential(cx, &print);
	if (r < 0 && (must_prove || !streq(cx->problem.id, "certificate.leaf_waits")))
		return r;
	if (r < 0)
		ctx_clear(cx);
	*ret_print = print;
	return 0;
}

bool certificate_prints_prove(struct ctx *cx)
{
	struct trust *trust = arena_make(cx->arena, struct trust);
	bool proves = log_trust(cx, trust) == 0;
	ctx_clear(cx);
	return proves;
}
