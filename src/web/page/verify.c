/* The public look-up: the page strangers come to, and the answer people photograph. */
#include <string.h>

#include "base/civil.h"
#include "base/ident.h"
#include "base/ident_explain.h"
#include "base/utf8.h"
#include "core/ident_text.h"
#include "core/log_trust.h"
#include "core/message.h"
#include "domain/certificate/certificate.h"
#include "domain/evaluation/held.h"
#include "query/certificate.h"
#include "web/choices.h"
#include "web/exchange.h"
#include "web/lookups.h"
#include "web/offline.h"
#include "web/origin.h"
#include "web/page/handover.h"
#include "web/page/page.h"
#include "web/site.h"

static const struct field verify_fields[] = {
	{"number", FIELD_TEXT, "证书编号或身份证号码", .max = 40},
	{"idno", FIELD_TEXT, "身份证号码", .max = 40, .flags = FIELD_HIDDEN | FIELD_SENSITIVE},
	{"name", FIELD_TEXT, "姓名", .max = 60},
	{0},
};

/* What was asked: one field takes either number, as people type what they have at hand. */
struct asked {
	const char *number, *idno, *name;
};

/* Blanks and dashes of all widths, as numbers are grouped with. */
static bool is_between_groups(uint32_t point)
{
	return point == ' ' || point == '\t' || point == '-' || point == 0xa0 || point == 0x3000 ||
		(point >= 0x2000 && point <= 0x2015) || point == 0x2212 || point == 0xff0d;
}

/* A number as people copy it, in groups, full width, with its label and a colon before it: the
 * number alone, narrow. */
static const char *joined(struct req *rq, const char *text)
{
	char *out = arena_dup(rq->cx->arena, text), *to = out;
	uint32_t point;
	struct str rest = str_of(text);
	for (size_t step; (step = utf8_next(rest, &point)) > 0;
		rest = (struct str){rest.p + step, rest.n - step})
		if (!is_between_groups(point))
			to += utf8_write(point > 0xff00 && point < 0xff5f ? point - 0xfee0 : point,
				to);
	*to = '\0';
	const char *colon = strrchr(out, ':');
	return colon ? colon + 1 : out;
}

/* Digits, as many as an identity number has or had, give or take one; certificates have 13, 16 or
 * 22 characters. */
static bool is_meant_as_idno(const char *text)
{
	size_t n = strspn(text, "0123456789"), all = strlen(text);
	return (n == all || (n + 1 == all && strchr("Xx", text[n]))) &&
		(all == 15 || (all >= 17 && all <= 19));
}

static struct asked asked_of(struct req *rq)
{
	struct asked a = {joined(rq, in_text(rq->in, "number")),
		joined(rq, in_text(rq->in, "idno")), in_text(rq->in, "name")};
	struct idno id;
	if (is_blank(a.idno) && ident_idno(str_of(a.number), &id, NULL) == 0)
		a = (struct asked){"", arena_dup(rq->cx->arena, id.text), a.name};
	else if (is_blank(a.idno) && is_meant_as_idno(a.number))
		a = (struct asked){"", a.number, a.name};
	return a;
}

static const char *wrong_number(struct req *rq, const struct asked *a)
{
	struct ident_fault fault;
	struct certno certno;
	struct idno id;
	struct arena *arena = rq->cx->arena;
	if (is_blank(a->number) && is_blank(a->idno))
		return "请填写证书编号或身份证号码。";
	if (is_blank(a->name))
		return "请填写持证人姓名，号码与姓名须同时相符。";
	if (!is_blank(a->idno) && ident_idno(str_of(a->idno), &id, &fault) < 0)
		return text_of(rq->cx, "身份证号码有误：%s。",
			ident_fault_text(arena, IDENT_IDNO, str_of(a->idno), &fault));
	if (!is_blank(a->number) && ident_certno(str_of(a->number), &certno, &fault) < 0)
		return text_of(rq->cx, "证书编号有误：%s。",
			ident_fault_text(arena, IDENT_CERTNO, str_of(a->number), &fault));
	return "请核对输入的内容。";
}

/* The word, and what it means for the one who looks. */
static const struct {
	const char *word, *tone, *id;
} answers[] = {
	[VERIFY_BAD_INPUT] = {"输入有误", "plain", "verify.bad_input"},
	[VERIFY_NOT_FOUND] = {"没有这本证书", "bad", "verify.not_found"},
	[VERIFY_NAME_DIFFERS] = {"姓名不符", "bad", "verify.name_differs"},
	[VERIFY_NOT_YET] = {"尚未公布", "wait", "verify.not_yet"},
	[VERIFY_SUSPENDED] = {"暂停使用", "wait", "verify.suspended"},
	[VERIFY_REVOKED] = {"已撤销", "bad", "verify.revoked"},
	[VERIFY_IN_REVIEW] = {"撤销决定复核中", "wait", "verify.in_review"},
	[VERIFY_VALID] = {"有效", "good", "verify.valid"},
};

/* A valid certificate whose face was corrected, or that was issued again. */
static const struct {
	const char *word, *id;
} histories[] = {
	{"有效", "verify.valid"}, {"有效（已更正）", "verify.corrected"},
	{"有效（已补发）", "verify.reissued"},
		{"有效（已更正、补发）", "verify.corrected_reissued"},
};

static int history_of(const struct q_certificate_face *face)
{
	return (face->corrected ? 1 : 0) + (face->reissued ? 2 : 0);
}

/* What a stranger sees of a certificate: the face and its standing, never where the row lies. */
#define PUBLIC(column, kind) {#column, kind, offsetof(struct q_certificate_face, column)}
static const struct q_col public_cols[] = {
	PUBLIC(number, Q_TEXT), PUBLIC(state, Q_TEXT), PUBLIC(route, Q_TEXT), PUBLIC(name, Q_TEXT),
	PUBLIC(id_type, Q_TEXT), PUBLIC(idno_mask, Q_TEXT), PUBLIC(occupation_name, Q_TEXT),
	PUBLIC(occupation_code, Q_TEXT), PUBLIC(work_type_name, Q_TEXT), PUBLIC(grade, Q_INT),
	PUBLIC(body_name, Q_TEXT), PUBLIC(body_code, Q_TEXT), PUBLIC(body_kind, Q_TEXT),
	PUBLIC(theory, Q_TEXT), PUBLIC(skill, Q_TEXT), PUBLIC(review, Q_TEXT),
	PUBLIC(issued_on, Q_INT), PUBLIC(reissued, Q_INT), PUBLIC(corrected, Q_INT),
	PUBLIC(state_reason, Q_TEXT),
};
static const struct q_desc public_face = {"public_face", public_cols,
	sizeof public_cols / sizeof public_cols[0], sizeof(struct q_certificate_face)};

static int face_view(struct req *rq, const struct q_certificate_face *face, json_t **ret_row)
{
	json_t *lines, *row = view_row(rq, &public_face, face);
	view_state(row, &certificate_flow, face->state);
	json_object_set_new(row, "is_special", json_boolean(face->grade == 0));
	json_object_set_new(row, "is_in_review", json_boolean(face->in_review));
	if (streq(face->state, "valid") && face->in_review) {
		json_object_set_new(row, "state_label", json_string("撤销决定复核中"));
		json_object_set_new(row, "state_tone", json_string("wait"));
	} else if (streq(face->state, "valid")) {
		json_object_set_new(row, "state_label",
			json_string(histories[history_of(face)].word));
	}
	int r = handover_lines(rq, face->person_id, face->id, face->region, face->visible_on,
		&lines);
	json_object_set_new(row, "handover", r < 0 ? json_array() : lines);
	*ret_row = row;
	return r;
}

/* What is known of certificates that others issued: never among ours. */
#define HELD(column, kind) {#column, kind, offsetof(struct q_held_of_person, column)}
static const struct q_col held_cols[] = {
	HELD(number, Q_TEXT), HELD(name, Q_TEXT), HELD(occupation_name, Q_TEXT),
	HELD(work_type_name, Q_TEXT), HELD(grade, Q_INT), HELD(issued_on, Q_INT),
	HELD(issuer, Q_TEXT), HELD(recorder, Q_TEXT), HELD(checker, Q_TEXT),
	HELD(checked_on, Q_INT),
};
static const struct q_desc public_held = {"public_held", held_cols,
	sizeof held_cols / sizeof held_cols[0], sizeof(struct q_held_of_person)};

static json_t *held_view(struct req *rq, const struct q_held_of_person *held)
{
	json_t *row = view_row(rq, &public_held, held);
	json_object_set_new(row, "against_label",
		json_string(choice_label(held_proofs, held->checked_against)));
	json_object_set_new(row, "recorded_on_text",
		json_string(civil_day_text_zh(rq->cx->arena, civil_day_at(held->created_at))));
	return row;
}

/* By a number of ours there is nothing to look for; by a person's, his others stand below. */
static int put_held(struct req *rq, const struct asked *a, enum verify_outcome outcome,
	json_t *answer)
{
	struct q_held_of_person *rows;
	size_t n = 0;
	json_t *list = json_array();
	bool look = outcome == VERIFY_NOT_FOUND || (!is_blank(a->idno)
		&& outcome != VERIFY_BAD_INPUT);
	int r = look ? held_lookup(rq->cx, a->number, a->idno, a->name, &rows, &n) : 0;
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, held_view(rq, &rows[i]));
	json_object_set_new(answer, "held", list);
	if (!n || outcome != VERIFY_NOT_FOUND)
		return r;
	json_object_set_new(answer, "outcome", json_string("held"));
	json_object_set_new(answer, "word", json_string("非本平台颁发"));
	json_object_set_new(answer, "tone", json_string("plain"));
	json_object_set_new(answer, "text",
		json_string(message_text(rq->cx->arena, "verify.held", NULL)));
	return r;
}

/* What a page shows differently by the answer. Programs read the outcome itself. */
static void put_flags(struct req *rq, json_t *answer)
{
	const char *outcome = json_string_value(json_object_get(answer, "outcome"));
	for (unsigned i = 0; i <= VERIFY_VALID + 1; i++) {
		const char *code = i <= VERIFY_VALID
			? verify_outcome_code((enum verify_outcome)i) : "held";
		json_object_set_new(answer, text_of(rq->cx, "is_%s", code),
			json_boolean(streq(code, outcome)));
	}
	json_object_set_new(answer, "has_held",
		json_boolean(json_array_size(json_object_get(answer, "held"))));
}

/* What the answer means, and what to do about it. Whether a person's number is known is not said,
 * so it may be the name. */
static const char *text_for(struct req *rq, const struct asked *a, enum verify_outcome outcome,
	const struct q_certificate_face *faces, size_t n)
{
	struct arena *arena = rq->cx->arena;
	const char *id = answers[outcome].id, *args[PROBLEM_ARGS] = {""};
	if (outcome == VERIFY_BAD_INPUT)
		return wrong_number(rq, a);
	if (outcome == VERIFY_NOT_FOUND && !is_blank(a->idno))
		id = "verify.not_found_idno";
	else if (outcome == VERIFY_NOT_YET)
		args[0] = civil_day_text_zh(arena, faces->visible_on);
	else if (outcome == VERIFY_VALID && n == 1)
		id = histories[history_of(faces)].id;
	return message_text(arena, id, args);
}

static int put_answer(struct req *rq, const struct asked *a, enum verify_outcome outcome,
	const struct q_certificate_face *faces, size_t n)
{
	json_t *list = json_array(), *row;
	int r = 0;
	for (size_t i = 0; i < n && r == 0; i++) {
		r = face_view(rq, &faces[i], &row);
		if (r == 0)
			json_array_append_new(list, row);
	}
	bool one = outcome == VERIFY_VALID && n == 1;
	const char *word = one ? histories[history_of(faces)].word : answers[outcome].word;
	const char *text = text_for(rq, a, outcome, faces, n);
	json_t *answer = json_object();
	char at[CIVIL_TEXT];
	json_object_set_new(answer, "outcome", json_string(verify_outcome_code(outcome)));
	json_object_set_new(answer, "word", json_string(word));
	json_object_set_new(answer, "tone", json_string(answers[outcome].tone));
	json_object_set_new(answer, "text", json_string(text));
	json_object_set_new(answer, "certificates", list);
	json_object_set_new(answer, "asked_at", json_integer(ctx_now(rq->cx)));
	json_object_set_new(answer, "asked_at_text",
		json_string(civil_put_time(ctx_now(rq->cx), at)));
	view_set(rq, "answer", answer);
	if (r == 0)
		r = put_held(rq, a, outcome, answer);
	if (rq->ex->face == FACE_HTML)
		put_flags(rq, answer);
	return r;
}

static int verify_show(struct req *rq)
{
	struct asked a = asked_of(rq);
	enum verify_outcome outcome;
	struct q_certificate_face *faces;
	size_t n;
	if (rq->ex->face == FACE_HTML)
		view_set(rq, "typed", json_false());
	view_set(rq, "answer", json_false());
	if (is_blank(a.number) && is_blank(a.idno) && is_blank(a.name) && rq->ex->face == FACE_HTML)
		return 0;
	int r = certificate_verify(rq->cx, a.number, a.idno, a.name, &outcome, &faces, &n);
	if (r < 0)
		return r;
	if ((r = put_answer(rq, &a, outcome, faces, n)) < 0)
		return r;
	if (rq->ex->face == FACE_HTML && !n)
		view_set(rq, "typed", json_pack("{s:s, s:s}", "number", in_text(rq->in, "number"),
			"name", in_text(rq->in, "name")));
	lookups_add(rq->ex->site->lookups, rq->cx, is_blank(a.idno) ? "number" : "idno",
		verify_outcome_code(outcome), n == 1 ? faces[0].id : 0);
	return 0;
}

/* The page knows whom this server would have trusted when it was fetched. */
static int offline_show(struct req *rq)
{
	struct ctx *cx = rq->cx;
	struct offline_page page;
	struct trust *trust = arena_make(cx->arena, struct trust);
	auto_buf keys;
	buf_init(&keys, TRUST_MAX);
	int r = log_trust(cx, trust);
	if (r < 0 && r != ERR_NOTFOUND)
		return r;
	if (r == 0)
		trust_put(&keys, trust);
	ctx_clear(cx);
	r = offline_page(cx->arena, &(struct offline_site){buf_z(&keys), rq_origin(rq),
		civil_time_text(cx->arena, ctx_now(cx))}, &page);
	if (r < 0)
		return fail(cx, r, "web.bug");
	answer_header(rq->ex, "Content-Security-Policy", page.policy);
	return rq_bytes(rq, "text/html; charset=utf-8", NULL, page.html);
}

const struct route routes_verify[] = {
	{GET, "/verify/offline", PERM_PUBLIC, offline_show, NULL, "证书离线核验",
		.flags = ROUTE_DOWNLOAD | ROUTE_THROTTLE},
	{GET, "/verify", PERM_PUBLIC, verify_show, "verify", "证书查验", verify_fields,
		.flags = ROUTE_THROTTLE},
	{0},
};
