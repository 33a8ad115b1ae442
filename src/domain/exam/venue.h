/* A venue without a line 离线考点. Rooms of an exam go out in one sealed file to a machine that
 * runs the platform by itself, and what happened there comes back in another, signed, each room
 * exactly once.
 *
 *   centre: venue_pack    -> file, open code; the rooms are "at the venue" and not run here
 *   venue:  venue_open    (file, open code) into an empty database
 *           venue_start   (start code, told by the centre in the hour before) opens the forms
 *           venue_return  -> file, when the rooms have ended
 *   centre: venue_import  (file): the same file again changes nothing; a room that has come back
 *           otherwise, a changed file, or one for another exam is refused; a sitting that ran here
 *           too is put before people (venue_settle), never merged
 *
 * What goes out: names, ticket numbers and identity numbers of those rooms (what the door asks for,
 * their photos, and nothing else of a person), settings, and the forms without keys, rubrics and
 * explanations, sealed a second time by the start code. Both codes are 125 random bits, so that no
 * guessing helps. Sealing is the keyring's (SM4-CTR and HMAC-SM3); the way back is signed with an
 * Ed25519 key made for the package, whose public half stays at the centre. A venue whose machine
 * has a key of its own (venue.machine_key) gets packages that only this machine opens, with the
 * code. */
#ifndef LUBAN_DOMAIN_EXAM_VENUE_H
#define LUBAN_DOMAIN_EXAM_VENUE_H

#include "core/ctx.h"

enum { VENUE_FILE_MAX = 256 * 1024 * 1024, VENUE_ROOMS_MAX = 200, VENUE_OPENS_BEFORE = 3600 };

struct venue_packed {
	int64_t id;
	const char *open_code; /* goes to the venue apart from the file */
	int64_t n_rooms, n_sittings;
	struct str file;
};
/* n 0: all rooms, of one venue if one of them has a machine with a key. Nobody may have checked in
 * yet, the forms must be opened (and are given). In the actor's scope; EXAM_EDIT. */
int venue_pack(struct ctx *cx, int64_t exam_id, const int64_t *rooms, size_t n,
	struct venue_packed *ret_packed) MUST_CHECK;
/* The code that opens the forms, from an hour before the start until the end; who asked is
 * logged. EXAM_WITHDRAW: a body's manager or the authority. */
int venue_tell(struct ctx *cx, int64_t exam_id, int64_t pack_id, const char **ret_code) MUST_CHECK;

/* The same code again on the page of whoever asked for it within the last half hour; else "". */
int venue_told(struct ctx *cx, int64_t exam_id, int64_t pack_id, const char **ret_code) MUST_CHECK;
/* The rooms are run here after all: those of the package that have not come back. EXAM_EDIT, with a
 * reason. Whatever the venue's machine did all the same will be a conflict. */
int venue_cancel(struct ctx *cx, int64_t pack_id, const char *reason,
	int64_t *ret_rooms) MUST_CHECK;

struct venue_account {
	const char *login, *password, *name, *rooms;
};
struct venue_opened {
	int64_t exam_id, n_rooms, n_sittings, starts_at;
	const char *title;
	struct venue_account *accounts; /* made anew, with passwords for one log-in */
	size_t n_accounts;
};
/* Acts as the program itself. machine: the secret key of this machine (BOX_KEY_BYTES), or NULL.
 * ERR_DENIED "venue.code": the code does not open it; "venue.other_machine": it is for one with
 * another key. ERR_CONFLICT: this machine runs a package already. */
int venue_open(struct ctx *cx, struct str file, const char *open_code, const uint8_t *machine,
	struct venue_opened *ret_opened) MUST_CHECK;
/* The package that this machine runs; ERR_NOTFOUND at the centre. */
struct venue_here {
	int64_t id, exam_id, opens_at, opened_at;
	const char *title;
};
int venue_here(struct ctx *cx, struct venue_here *ret_here) MUST_CHECK;
/* ERR_STATE: too early, or opened already; ERR_DENIED "venue.code". */
int venue_start(struct ctx *cx, int64_t exam_id, const char *start_code) MUST_CHECK;
/* n 0: all rooms that have ended and everybody in them. */
int venue_return(struct ctx *cx, const int64_t *rooms, size_t n, int64_t *ret_rooms,
	struct str *ret_file) MUST_CHECK;

struct venue_import {
	int64_t exam_id, rooms, already, sittings, answers, conflicts;
};
/* Each room in a transaction of its own. ERR_INVALID "venue.bad_file": changed or not such a file.
 * ERR_CONFLICT "venue.returned_otherwise". */
int venue_import(struct ctx *cx, struct str file, struct venue_import *ret_import) MUST_CHECK;
/* Which of the two counts. EXAM_WITHDRAW, with a reason; the other one stays in the record. */
int venue_settle(struct ctx *cx, int64_t exam_id, int64_t person_id, int64_t sitting_id,
	bool venues, const char *reason) MUST_CHECK;

#endif
