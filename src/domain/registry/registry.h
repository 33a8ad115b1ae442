/* registry: evaluating bodies, what they are filed for, where and with whom they work.
 * Filing follows 人社鉴〔2019〕3号 and the provincial filing guides; every time limit is a
 * setting. */
#ifndef LUBAN_REGISTRY_REGISTRY_H
#define LUBAN_REGISTRY_REGISTRY_H

#include "core/ctx.h"
#include "core/flow.h"

/* 备案: draft → submitted → accepted (formal check passed) → site (on-site check passed) → reviewed
 * (expert review passed) → publicity → filed; returned (mend and submit again); refused; withdrawn
 * by the body.
 * Kinds: initial, extension (增项), change (变更), renewal (续期), withdrawal (注销). Filing one
 * makes it effective: the code is given, scope rows appear with their validity, changes are
 * applied. */
extern const struct flow filing_flow;

/* A body's standing: registered → filed ⇄ suspended, rectifying; withdrawn, removed,
 * blacklisted. */
extern const struct flow body_flow;

struct body_in {
	const char *name, *uscc, *body_kind, *region, *legal_person, *address, *contact, *phone,
		*website;
};
/* Registers an organisation (USCC checked and unique). ERR_CONFLICT "body.uscc_taken". */
int body_register(struct ctx *cx, const struct body_in *in, int64_t *ret_id) MUST_CHECK;

/* Changes of a body's own contact data; name, code and region change only by a filed change. */
int body_update(struct ctx *cx, int64_t id, const struct body_in *in) MUST_CHECK;

/* Materials of a filing (备案材料), by the kinds of body that must bring them. */
struct filing_item {
	const char *code, *label;
	const char *kinds; /* of bodies, with commas; "" for all */
	bool required;
};
extern const struct filing_item filing_items[]; /* ends with {0} */

/* A draft. One open filing a body: ERR_CONFLICT "filing.open_already". Only an initial filing may
 * be the first.
 * change_text: of a change, lines "name=…", "legal_person=…", "address=…", "contact=…",
 * "phone=…". */
int filing_create(struct ctx *cx, int64_t body_id, const char *filing_kind, const char *note,
	const char *change_text, int64_t *ret_id) MUST_CHECK;
/* A change as people read it: "法定代表人：…；地址：…". */
const char *filing_change_words(struct ctx *cx, const char *change_text);
/* Scope items of a draft or returned filing. grades: digits, "" for special skills. */
int filing_scope_put(struct ctx *cx, int64_t filing_id, int64_t occupation_id, int64_t work_type_id,
	int64_t special_project_id, const char *grades) MUST_CHECK;
int filing_scope_drop(struct ctx *cx, int64_t filing_id, int64_t item_id) MUST_CHECK;
int filing_attach(struct ctx *cx, int64_t filing_id, const char *item, const char *filename,
	struct str bytes, int64_t *ret_id) MUST_CHECK;
/* Takes back a file that was not submitted yet; ERR_STATE for any other. */
int filing_detach(struct ctx *cx, int64_t filing_id, int64_t attachment_id) MUST_CHECK;
/* A checker's finding on one point; stage by the filing's state (formal, site, expert). verdict:
 * good, mend, bad. */
int filing_check_put(struct ctx *cx, int64_t filing_id, const char *item, const char *verdict,
	const char *note) MUST_CHECK;
/* What still keeps a filing from being submitted, in words; n = 0 when nothing does. */
int filing_gaps(struct ctx *cx, int64_t filing_id, const char ***ret_texts,
	size_t *ret_n) MUST_CHECK;

/* Changing one of these: seen is its revision when it was read, and one saved since is
 * ERR_CONFLICT; 0 does not ask. */
struct venue_in {
	const char *name, *address, *contact, *phone, *equipment, *state;
	const char *machine_key; /* of `luban venue key`: 64 hex digits, or "" */
	int64_t seen;
};
int venue_save(struct ctx *cx, int64_t body_id, int64_t id, const struct venue_in *in,
	int64_t *ret_id) MUST_CHECK;
struct room_in {
	const char *name, *state;
	int64_t part, seats, per_row, seen;
};
int room_save(struct ctx *cx, int64_t venue_id, int64_t id, const struct room_in *in,
	int64_t *ret_id) MUST_CHECK;

enum staff_duty { DUTY_PROCTOR = 1, DUTY_EXAMINER = 2, DUTY_INNER_SUPERVISOR = 4, DUTY_MANAGER = 8,
	DUTY_WRITER = 16 };
struct staff_in {
	const char *name, *idno, *phone, *employer, *state; /* idno only for a new one */
	int64_t duties, seen;
};
int staff_save(struct ctx *cx, int64_t body_id, int64_t id, const struct staff_in *in,
	int64_t *ret_id) MUST_CHECK;
struct card_in {
	const char *number, *card_kind;
	int64_t occupation_id, grade_top, valid_from_on, valid_to_on;
};
/* The same number again corrects or prolongs this person's card. */
int card_add(struct ctx *cx, int64_t staff_id, const struct card_in *in,
	int64_t *ret_id) MUST_CHECK;

/* The account an examiner marks with or an invigilator runs rooms with, by its log-in name; "" for
 * none. It must have been granted to an examiner (or, for a proctor, invigilator) of the same body
 * under the same name, and be no other member's. */
int staff_account_put(struct ctx *cx, int64_t staff_id, const char *login) MUST_CHECK;
/* The same by id; only the program itself. */
int staff_account(struct ctx *cx, int64_t staff_id, int64_t account_id) MUST_CHECK;

/* A relation that calls for avoidance 回避: relative, teacher, master, colleague. Only a blind
 * index of the other's number is kept. */
int relation_declare(struct ctx *cx, int64_t staff_id, const char *idno,
	const char *relation) MUST_CHECK;

/* What a plan may rest on: the body is filed (not suspended) and has the item valid on the day.
 * 0, or ERR_STATE with the reason in words: not filed, suspended, not in scope, item expired on
 * …. */
int registry_may_plan(struct ctx *cx, int64_t body_id, int64_t occupation_id, int64_t work_type_id,
	int64_t special_project_id, int64_t grade, int64_t on) MUST_CHECK;

/* Whether what was planned may go on while the body stands so: ERR_STATE with words when it is
 * suspended, withdrawn, removed or blacklisted. */
int registry_may_go_on(struct ctx *cx, const char *body_state) MUST_CHECK;
/* The same of the item that a plan rests on: ERR_STATE when it is suspended or ended. Its days are
 * not looked at. */
int registry_item_may_go_on(struct ctx *cx, int64_t body_id, int64_t occupation_id,
	int64_t work_type_id, int64_t special_project_id, int64_t grade) MUST_CHECK;
/* An authority's measure against part of a body's scope: "suspend", "resume" or "end" one item,
 * with a reason. ERR_STATE when the item is not in a state for it. */
int scope_item_act(struct ctx *cx, int64_t body_id, int64_t item_id, const char *action,
	const char *reason) MUST_CHECK;

/* Does a staff member hold a card valid on the day for this occupation and grade? 0, or ERR_STATE
 * with the reason. */
int registry_card_valid(struct ctx *cx, int64_t staff_id, int64_t occupation_id, int64_t grade,
	int64_t on) MUST_CHECK;

#endif
