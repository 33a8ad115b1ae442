#include "web/page/evidence.h"

#include "core/setting.h"
#include "doc/photo.h"

int evidence_keep(struct req *rq, int64_t person_id, int64_t body_id, const char *region,
	int64_t *ret_file_id)
{
	const struct upload *up = in_file(rq->in, "file");
	*ret_file_id = 0;
	if (!up)
		return 0;
	struct file file = {.person_id = person_id, .body_id = body_id, .region = region,
		.name = up->filename, .mime = "", .bytes = up->bytes};
	int r = file_put(rq->cx, &file);
	if (r == 0)
		*ret_file_id = file.id;
	return r;
}

int evidence_portrait(struct req *rq, struct str *ret_jpeg)
{
	const struct upload *up = in_file(rq->in, "photo");
	struct ctx *cx = rq->cx;
	const char *message;
	int64_t most;
	int r = setting_get(cx, "photo.bytes_max", cx->actor.region, 0, &most);
	if (r < 0)
		return r;
	if (up->bytes.n > (size_t)most * 1024)
		return fail_field(cx, "photo", "photo.over", text_of(cx, "%d", (int)most));
	if (photo_normalise(cx->arena, up->bytes, ret_jpeg, &message) < 0)
		return fail_field(cx, "photo", message);
	return 0;
}

int evidence_photo(struct req *rq, int64_t person_id, int64_t body_id, const char *region,
	int64_t *ret_file_id)
{
	struct str jpeg;
	*ret_file_id = 0;
	if (!in_file(rq->in, "photo"))
		return 0;
	int r = evidence_portrait(rq, &jpeg);
	if (r < 0)
		return r;
	struct file file = {.person_id = person_id, .body_id = body_id, .region = region,
		.name = "photo.jpg", .bytes = jpeg};
	r = file_put(rq->cx, &file);
	if (r == 0)
		*ret_file_id = file.id;
	return r;
}

int evidence_send(struct req *rq, int64_t person_id, int64_t file_id)
{
	struct file file;
	if (!file_id)
		return fail(rq->cx, ERR_NOTFOUND, "revocation.no_file");
	int r = file_read(rq->cx, person_id, file_id, &file);
	return r < 0 ? r : rq_bytes(rq, file.mime, file.name, file.bytes);
}
