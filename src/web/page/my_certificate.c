/* A worker's own certificates. */
#include "domain/certificate/certificate.h"
#include "query/certificate.h"
#include "web/page/page.h"

static int list(struct req *rq)
{
	struct q_certificate_faces_of_person_rows rows;
	int r = q_certificate_faces_of_person(rq->cx->db, &rows,
		.person_id = rq->cx->actor.person_id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *array = view_rows(rq, &q_certificate_faces_of_person_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		json_t *row = json_array_get(array, i);
		view_state(row, &certificate_flow, rows.at[i].state);
		if (rows.at[i].in_review)
			json_object_set_new(row, "state_label", json_string("撤销决定复核中"));
	}
	view_set(rq, "certificates", array);
	view_flag(rq, "is_empty", rows.n == 0);
	return matters_waiting_put(rq);
}

static int show(struct req *rq)
{
	struct q_certificate_find c;
	int r = certificate_of_path(rq, &c);
	if (r < 0 || (r = certificate_changes_put(rq, &c)) < 0 ||
		(r = log_put_leaves(rq, c.person_id, c.id)) < 0)
		return r;
	json_t *row = view_row(rq, &q_certificate_find_desc, &c);
	view_state(row, &certificate_flow, c.state);
	view_set(rq, "certificate", row);
	view_text(rq, "base", certificate_base(rq, c.person_id, c.id));
	view_text(rq, "title", text_of(rq->cx, "%s %s", c.occupation_name, c.number));
	return 0;
}

static int pdf(struct req *rq)
{
	struct q_certificate_find c;
	int r = certificate_of_path(rq, &c);
	return r < 0 ? r : certificate_pdf(rq, &c);
}

const struct route routes_my_certificate[] = {
	{GET, "/my/certificates", PERM_CERTIFICATE_SELF, list, "my/certificates", "我的证书"},
	{GET, "/my/certificates/:id", PERM_CERTIFICATE_SELF, show, "my/certificate", "证书"},
	{GET, "/my/certificates/:id/pdf", PERM_CERTIFICATE_SELF, pdf, NULL, "我的证书文件",
		.flags = ROUTE_DOWNLOAD},
	{0},
};
