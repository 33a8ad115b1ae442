#include "domain/certificate/layout.h"

#include "base/crypto.h"
#include "core/audit.h"
#include "query/layout.h"

int certificate_layout(struct ctx *cx, const char *kind, struct str *ret_svg)
{
	struct q_layout_now row;
	int r = q_layout_now(cx->db, &row, .layout_kind = kind);
	if (r == ERR_NOTFOUND) {
		*ret_svg = STR_NONE;
		return 0;
	}
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_svg = str_of(row.svg);
	return 0;
}

int certificate_layout_put(struct ctx *cx, const char *kind, struct str svg, const char *note)
{
	char digest[DIGEST_HEX];
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r == 0)
		r = q_layout_insert(cx->db, .id = ctx_id(cx), .layout_kind = kind,
			.svg = arena_str(cx->arena, svg), .svg_sha256 = crypto_sha256_hex(svg,
			digest), .note = note, .created_by = cx->actor.account_id,
			.created_at = ctx_now(cx));
	if (r >= 0)
		r = audit_note(cx, "certificate.layout", "certificate_layout", 0, note,
			text_of(cx, "%s %s", kind, svg.n ? digest : "-"));
	if (r >= 0)
		r = tx_commit(&tx);
	return r < 0 ? ctx_pass(cx, r) : 0;
}
