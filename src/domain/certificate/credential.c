#include "domain/certificate/credential.h"

#include <string.h>

#include "core/log_witness.h"
#include "core/tlog.h"
#include "core/tlog_key.h"
#include "domain/certificate/proof.h"

static int waits(struct ctx *cx)
{
	ctx_clear(cx);
	return fail(cx, ERR_STATE, "certificate.leaf_waits",
		text_of(cx, "%d", CERTIFICATE_LEAF_SECONDS));
}

/* By name: the two lists need not have the same order. */
static int take_fields(struct ctx *cx, const struct certificate_proof *proof, struct credential *c)
{
	size_t found = 0;
	for (size_t i = 0; i < CREDENTIAL_FIELDS; i++)
		for (size_t j = 0; j < proof->n; j++)
			if (str_is(proof->fields[j].name, credential_names[i])) {
				c->fields[i] = proof->fields[j].text;
				found++;
			}
	return found == CREDENTIAL_FIELDS && proof->n == found ? 0 : ctx_pass(cx, ERR_BUG);
}

/* Behind the checkpoint that is shown outside, and the entry that the rows make. */
static int place(struct ctx *cx, const struct certificate_proof *proof, struct credential *c)
{
	struct tlog_head head;
	struct str entry;
	int r = tlog_index(cx, proof->leaf_id, &c->index);
	if (r >= 0)
		r = log_served(cx, &head);
	if (r == ERR_NOTFOUND || (r >= 0 && c->index >= head.head.size))
		return waits(cx);
	if (r >= 0)
		r = tlog_entry(cx, c->index, &entry);
	if (r < 0)
		return r;
	if (!str_eq(entry, proof->entry))
		return fail(cx, ERR_STATE, "certificate.not_intact",
			arena_str(cx->arena, credential_text(c, "number")));
	c->leaf = entry;
	c->note = str_of(head.note);
	r = merkle_inclusion(c->index, head.head.size, tile_reader_get,
		tlog_reader(cx, head.head.size), &c->proof);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int certificate_credential(struct ctx *cx, int64_t person_id, int64_t id, bool with_idno,
	struct credential *ret_credential)
{
	struct certificate_proof proof;
	struct credential c = {.has_idno = with_idno};
	const char *origin;
	int r = certificate_proof_of(cx, person_id, id, &proof);
	if (r == ERR_NOTFOUND)
		return waits(cx);
	if (r >= 0)
		r = tlog_origin(cx, &origin);
	if (r >= 0)
		r = take_fields(cx, &proof, &c);
	if (r >= 0)
		r = place(cx, &proof, &c);
	if (r < 0)
		return r;
	c.origin = str_of(origin);
	memcpy(c.salt, proof.salt, sizeof c.salt);
	if (with_idno) {
		c.idno = str_of(proof.idno);
		memcpy(c.idno_salt, proof.idno_salt, sizeof c.idno_salt);
	}
	*ret_credential = c;
	return 0;
}

const char *certificate_credential_name(struct ctx *cx, const struct credential *c)
{
	struct str number = credential_text(c, "number");
	return text_of(cx, "%.*s.luban.json", (int)number.n, number.p);
}
