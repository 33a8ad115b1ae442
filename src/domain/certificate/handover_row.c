/* Which layout counts, and a certificate written by it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/ident.h"
#include "base/utf8.h"
#include "conf/asset.h"
#include "core/audit.h"
#include "core/secret.h"
#include "domain/certificate/handover_layout.h"
#include "domain/standard/grade.h"
#include "query/handover.h"

enum { LAYOUTS_MAX = 200 };

static int parse(struct ctx *cx, struct str text, bool is_own,
	const struct handover_layout **ret_layout)
{
	const struct handover_layout *read;
	const char *error;
	if (handover_layout_read(cx->arena, text, &read, &error) < 0)
		return fail(cx, ERR_INVALID, "handover.layout_broken", error);
	struct handover_layout *l = arena_make(cx->arena, struct handover_layout);
	*l = *read;
	l->is_own = is_own;
	*ret_layout = l;
	return 0;
}

int handover_layouts(struct ctx *cx, const struct handover_layout ***ret_layouts,
	struct str **ret_texts, size_t *ret_n)
{
	struct q_handover_layout_all_rows kept;
	size_t n_shipped, n = 0;
	const struct asset *shipped = asset_range("data/handover/", &n_shipped);
	int r = q_handover_layout_all(cx->db, &kept);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_layouts = arena_array(cx->arena, const struct handover_layout *,
		kept.n + n_shipped + 1);
	*ret_texts = arena_array(cx->arena, struct str, kept.n + n_shipped + 1);
	for (size_t i = 0; i < kept.n + n_shipped; i++) {
		struct str text = i < kept.n ? str_of(kept.at[i].text)
			: shipped[i - kept.n].bytes;
		if ((r = parse(cx, text, i < kept.n, &(*ret_layouts)[n])) < 0)
			return r;
		(*ret_texts)[n++] = text;
	}
	*ret_n = n;
	return 0;
}

/* A province's own goes before every example, whatever its day. */
static bool is_better(const struct handover_layout *l, const struct handover_layout *best)
{
	if (!best || l->is_own != best->is_own)
		return !best || l->is_own;
	return l->effective_on > best->effective_on;
}

int handover_layout_for(struct ctx *cx, const char *target, int64_t on,
	const struct handover_layout **ret_layout)
{
	const struct handover_layout **all, *best = NULL;
	struct str *texts;
	size_t n;
	int r = handover_layouts(cx, &all, &texts, &n);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		if (streq(all[i]->target, target) && all[i]->effective_on <= on &&
			is_better(all[i], best))
			best = all[i];
	if (!best)
		return fail(cx, ERR_NOTFOUND, "handover.no_layout", handover_target_label(target));
	*ret_layout = best;
	return 0;
}

int handover_layout_at(struct ctx *cx, const char *name, const char *version,
	const struct handover_layout **ret_layout)
{
	const struct handover_layout **all;
	struct str *texts;
	size_t n;
	int r = handover_layouts(cx, &all, &texts, &n);
	for (size_t i = 0; r == 0 && i < n; i++)
		if (streq(all[i]->name, name) && streq(all[i]->version, version)) {
			*ret_layout = all[i];
			return 0;
		}
	return r < 0 ? r : fail(cx, ERR_NOTFOUND, "handover.no_layout_version", name, version);
}

int handover_layout_apply(struct ctx *cx, struct str yaml)
{
	const struct handover_layout *l, **all;
	struct str *texts;
	size_t n;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_SETTING_EDIT);
	if (r < 0)
		return r;
	if (!utf8_is_text(yaml))
		return fail(cx, ERR_INVALID, "handover.layout_broken", "不是 UTF-8 文本");
	if ((r = parse(cx, yaml, true, &l)) < 0 || (r = handover_layouts(cx, &all, &texts, &n)) < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		if (streq(all[i]->name, l->name) && streq(all[i]->version, l->version))
			return fail(cx, ERR_CONFLICT, "handover.layout_differs", l->name,
				l->version);
	if (n >= LAYOUTS_MAX)
		return fail(cx, ERR_LIMIT, "handover.layouts_full");
	if ((r = tx_begin(&tx, cx->db)) >= 0)
		r = q_handover_layout_insert(cx->db, .name = l->name, .version = l->version,
			.target = l->target, .effective_on = l->effective_on,
			.text = arena_str(cx->arena, yaml), .created_by = cx->actor.account_id,
			.actor_name = cx->actor.name, .created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = audit_note(cx, "handover.layout_apply", "handover_layout", 0, "",
		text_of(cx, "%s %s", l->name, l->version))) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

/* ---- one row ---- */

struct writing {
	struct ctx *cx;
	const struct handover_layout *layout;
	const struct q_handover_face *face;
	const char *record_kind, *idno;
	struct idno parts; /* birth and sex; text "" when it has none */
};

static const char *day_by(struct ctx *cx, const char *format, int64_t on)
{
	struct civil d = civil_of(on);
	const char *fmt = streq(format, "YYYYMMDD") ? "%04d%02d%02d"
		: streq(format, "YYYY/MM/DD") ? "%04d/%02d/%02d"
		: streq(format, "YYYY-MM-DD") ? "%04d-%02d-%02d" : "%04d年%02d月%02d日";
	char out[40];
	snprintf(out, sizeof out, fmt, (int)d.year, (int)d.month, (int)d.day);
	return on ? arena_dup(cx->arena, out) : "";
}

static const char *of_person(const struct writing *w, enum layout_field field)
{
	if (!*w->parts.text)
		return "";
	if (field == LAYOUT_SEX)
		return w->parts.sex == IDENT_MALE ? "male" : "female";
	return day_by(w->cx, w->layout->date, w->parts.birth_day);
}

static const char *raw(const struct writing *w, const struct layout_column *c)
{
	const struct q_handover_face *f = w->face;
	const char *const texts[LAYOUT_FIELDS] = {[LAYOUT_CONSTANT] = c->value,
		[LAYOUT_RECORD] = w->record_kind, [LAYOUT_NUMBER] = f->number,
		[LAYOUT_NAME] = f->name, [LAYOUT_ID_TYPE] = f->id_type, [LAYOUT_IDNO] = w->idno,
		[LAYOUT_OCCUPATION_CODE] = f->occupation_code,
		[LAYOUT_OCCUPATION_NAME] = f->occupation_name,
		[LAYOUT_WORK_TYPE] = f->work_type_name,
		[LAYOUT_GRADE_LABEL] = grade_label(f->grade), [LAYOUT_BODY_CODE] = f->body_code,
		[LAYOUT_BODY_NAME] = f->body_name, [LAYOUT_BODY_KIND] = f->body_kind,
		[LAYOUT_REGION] = f->region, [LAYOUT_ROUTE] = f->route,
		[LAYOUT_THEORY] = f->theory, [LAYOUT_SKILL] = f->skill,
		[LAYOUT_REVIEW] = f->review};
	switch (c->field) {
	case LAYOUT_GRADE:
		return text_of(w->cx, "%" PRId64, f->grade);
	case LAYOUT_ISSUED:
		return day_by(w->cx, w->layout->date, f->issued_on);
	case LAYOUT_SEX:
	case LAYOUT_BORN:
		return of_person(w, c->field);
	default:
		return texts[c->field];
	}
}

static const char *coded(const struct layout_column *c, const char *text)
{
	if (!c->n_codes || !*text)
		return text;
	for (size_t i = 0; i < c->n_codes; i++)
		if (streq(c->codes[i].from, text))
			return c->codes[i].to;
	return NULL;
}

static const char *fault_of(struct ctx *cx, const struct layout_column *c, const char *raw_text,
	const char *text)
{
	if (!text)
		return text_of(cx, "%s“%s”没有对应的代码", c->title,
			layout_value_label(c->field, raw_text));
	if (c->required && is_blank(text))
		return text_of(cx, "缺少%s", c->title);
	if (c->max && utf8_count(str_of(text)) > (size_t)c->max)
		return text_of(cx, "%s超过 %" PRId64 " 个字", c->title, c->max);
	return NULL;
}

bool layout_has_record(const struct handover_layout *layout, const char *record_kind)
{
	for (size_t i = 0; i < layout->n; i++) {
		const struct layout_column *c = &layout->columns[i];
		if (c->field == LAYOUT_RECORD && c->n_codes && coded(c, record_kind))
			return true;
	}
	return false;
}

/* What stands against it whatever the layout. */
static const char *standing(struct ctx *cx, const struct q_handover_face *f, const char *record)
{
	if (streq(f->state, "suspended") && !streq(record, "suspend"))
		return "证书暂停使用，结论作出后再上报";
	if (streq(f->state, "revoked") && !streq(record, "revoke"))
		return "证书已撤销，不上报";
	return f->visible_on > ctx_today(cx) ? "还没有到公布日期" : "";
}

int layout_row(struct ctx *cx, const struct handover_layout *layout,
	const struct q_handover_face *face, const char *record_kind, const char **ret_values,
	const char **ret_missing)
{
	struct writing w = {.cx = cx, .layout = layout, .face = face, .record_kind = record_kind};
	const char *missing = standing(cx, face, record_kind);
	int r = secret_open(cx, "certificate.idno_cipher", face->idno_cipher, &w.idno);
	if (r < 0)
		return r;
	if (ident_idno(str_of(w.idno), &w.parts, NULL) < 0)
		w.parts = (struct idno){0};
	for (size_t i = 0; i < layout->n; i++) {
		const struct layout_column *c = &layout->columns[i];
		const char *plain = raw(&w, c), *text = coded(c, plain);
		const char *fault = fault_of(cx, c, plain, text);
		if (fault)
			missing = text_of(cx, "%s%s%s", missing, *missing ? "；" : "", fault);
		ret_values[i] = text ? text : "";
	}
	*ret_missing = missing;
	return 0;
}
