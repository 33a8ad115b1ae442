/* What a stranger is told. Two matching fields open one certificate; nothing here lists or
 * counts. */
#include <string.h>

#include "base/ident.h"
#include "base/name.h"
#include "core/secret.h"
#include "core/setting.h"
#include "domain/certificate/certificate.h"
#include "domain/certificate/face.h"
#include "query/certificate.h"
#include "query/person.h"

enum { DAY_S = 86400, SWEPT_AT_ONCE = 5000 };

static const char *const codes[] = {
	[VERIFY_BAD_INPUT] = "bad_input",
	[VERIFY_NOT_FOUND] = "not_found",
	[VERIFY_NAME_DIFFERS] = "name_differs",
	[VERIFY_NOT_YET] = "not_yet",
	[VERIFY_SUSPENDED] = "suspended",
	[VERIFY_REVOKED] = "revoked",
	[VERIFY_IN_REVIEW] = "in_review",
	[VERIFY_VALID] = "valid",
};

const char *verify_outcome_code(enum verify_outcome o)
{
	return codes[o];
}

static enum verify_outcome standing(struct ctx *cx, const struct q_certificate_face *face)
{
	if (streq(face->state, "revoked"))
		return VERIFY_REVOKED;
	if (streq(face->state, "suspended"))
		return VERIFY_SUSPENDED;
	if (ctx_today(cx) < face->visible_on)
		return VERIFY_NOT_YET;
	return face->in_review ? VERIFY_IN_REVIEW : VERIFY_VALID;
}

/* What is shown must be what was issued: the face is compared with the hash kept at issue. */
static bool is_intact(struct ctx *cx, const struct q_certificate_face *f)
{
	const char *hash = face_hash(cx,
		&(struct face){.number = f->number, .name = f->name, .idno_mask = f->idno_mask,
		.occupation_name = f->occupation_name, .occupation_code = f->occupation_code,
		.work_type_name = f->work_type_name, .body_name = f->body_name,
		.body_code = f->body_code, .grade = f->grade, .issued_on = f->issued_on});
	return streq(hash, f->face_hash);
}

static bool same_name(const char *a, const char *b)
{
	return name_same(str_of(a), str_of(b));
}

static int by_number(struct ctx *cx, const char *number, const char *name,
	enum verify_outcome *ret_outcome, struct q_certificate_face **ret_faces, size_t *ret_n)
{
	struct certno wellformed;
	struct q_certificate_by_number found;
	struct q_certificate_face *face = arena_make(cx->arena, struct q_certificate_face);
	if (ident_certno(str_of(number), &wellformed, NULL) < 0) {
		*ret_outcome = VERIFY_BAD_INPUT;
		return 0;
	}
	int r = q_certificate_by_number(cx->db, &found, .number = wellformed.text);
	if (r == 0)
		r = q_certificate_face(cx->db, face, .person_id = found.found_person_id,
			.id = found.certificate_id);
	*ret_outcome = VERIFY_NOT_FOUND;
	if (r == ERR_NOTFOUND)
		return 0;
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_outcome = same_name(face->name, name) ? standing(cx, face) : VERIFY_NAME_DIFFERS;
	if (*ret_outcome == VERIFY_NAME_DIFFERS)
		return 0;
	bool is_shown = *ret_outcome != VERIFY_NOT_YET;
	if (is_shown && !is_intact(cx, face))
		return fail(cx, ERR_STATE, "certificate.not_intact", face->number);
	*ret_faces = face;
	*ret_n = is_shown;
	return 0;
}

/* The person's certificates that are published and bear the name asked for (NULL: any); the outcome
 * is the best standing among them. */
static int faces_of(struct ctx *cx, int64_t person_id, const char *name,
	enum verify_outcome *ret_outcome, struct q_certificate_face **ret_faces, size_t *ret_n)
{
	struct q_certificate_faces_of_person_rows rows;
	int r = q_certificate_faces_of_person(cx->db, &rows, .person_id = person_id);
	if (r < 0)
		return ctx_pass(cx, r);
	struct q_certificate_face *faces = arena_array(cx->arena, struct q_certificate_face,
		rows.n + 1);
	size_t n = 0;
	enum verify_outcome best = VERIFY_NOT_FOUND;
	for (size_t i = 0; i < rows.n; i++) {
		if (name && !same_name(rows.at[i].name, name))
			continue;
		_Static_assert(sizeof *faces == sizeof rows.at[0],
			"the two statements read the same columns");
		memcpy(&faces[n], &rows.at[i], sizeof *faces);
		enum verify_outcome o = standing(cx, &faces[n]);
		if (!is_intact(cx, &faces[n]))
			return fail(cx, ERR_STATE, "certificate.not_intact", faces[n].number);
		best = o > best ? o : best;
		n += o != VERIFY_NOT_YET;
	}
	*ret_outcome = best;
	*ret_faces = faces;
	*ret_n = n;
	return 0;
}

static int by_idno(struct ctx *cx, const char *idno, const char *name,
	enum verify_outcome *ret_outcome, struct q_certificate_face **ret_faces, size_t *ret_n)
{
	struct idno wellformed;
	struct q_person_by_index found;
	struct q_person_find person;
	*ret_outcome = VERIFY_BAD_INPUT;
	if (ident_idno(str_of(idno), &wellformed, NULL) < 0)
		return 0;
	int r = q_person_by_index(cx->db, &found,
		.idno_index = secret_idno_index(cx, wellformed.text));
	if (r == 0)
		r = q_person_find(cx->db, &person, .person_id = found.found_person_id);
	/* Whether a number is known at all is nobody's business: unknown person and wrong name
	 * answer alike. A name that was corrected stands on the certificate only. */
	*ret_outcome = VERIFY_NOT_FOUND;
	if (r == ERR_NOTFOUND)
		return 0;
	if (r < 0)
		return ctx_pass(cx, r);
	return faces_of(cx, person.person_id, same_name(person.name, name) ? NULL : name,
		ret_outcome, ret_faces, ret_n);
}

int lookup_sweep(struct ctx *cx)
{
	int64_t days = setting_int(cx, "verify.keep_days", "", 0);
	int r = q_lookup_sweep(cx->db, .before_id = id_at(ctx_now(cx) - days * DAY_S),
		.most = SWEPT_AT_ONCE);
	return r < 0 ? ctx_pass(cx, r) : r;
}

int certificate_verify(struct ctx *cx, const char *number, const char *idno, const char *name,
	enum verify_outcome *ret_outcome, struct q_certificate_face **ret_faces, size_t *ret_n)
{
	*ret_faces = NULL;
	*ret_n = 0;
	*ret_outcome = VERIFY_BAD_INPUT;
	if (is_blank(name) || is_blank(number) == is_blank(idno))
		return 0;
	return is_blank(number) ? by_idno(cx, idno, name, ret_outcome, ret_faces, ret_n)
				: by_number(cx, number, name, ret_outcome, ret_faces, ret_n);
}
