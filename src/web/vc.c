#include "web/vc.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/civil.h"
#include "base/data_integrity.h"
#include "base/leaf.h"
#include "core/issuer.h"
#include "core/tlog_key.h"
#include "domain/certificate/credential.h"
#include "domain/standard/grade.h"
#include "query/status.h"
#include "web/url.h"

#define CONTEXT_VC "https://www.w3.org/ns/credentials/v2"
#define CONTEXT_BADGES "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"

enum { TEXT_MAX = 4096, DOCUMENT_MAX = 1024 * 1024, LIST_DAYS = 1 };

struct issue {
	struct ctx *cx;
	const char *origin;            /* of the log: host and path */
	const char *base;              /* https://host, and what stands before /log */
	const char *did;
	uint8_t key[SIGN_PUBLIC_BYTES];
};

static int begin(struct ctx *cx, struct issue *i)
{
	char did[DID_KEY_TEXT];
	*i = (struct issue){.cx = cx};
	int r = tlog_origin(cx, &i->origin);
	if (r >= 0)
		r = issuer_key(cx, i->key);
	if (r < 0)
		return r;
	struct str host = str_of(i->origin);
	if (str_ends(host, "/log"))
		host.n -= 4;
	i->base = text_of(cx, "https://%.*s", (int)host.n, host.p);
	i->did = arena_dup(cx->arena, did_key_put(i->key, did));
	return 0;
}

/* Signs and writes. Should the key change between the two questions, nothing is given. */
static int finish(struct issue *i, json_t *document, struct str *ret_json)
{
	uint8_t message[DATA_INTEGRITY_BYTES];
	struct signature s;
	auto_buf b;
	buf_init(&b, DOCUMENT_MAX);
	json_t *options = data_integrity_options(document, i->key, ctx_now(i->cx));
	int r = data_integrity_message(document, options, message);
	if (r < 0) {
		json_decref(options);
		return ctx_pass(i->cx, r);
	}
	r = issuer_sign(i->cx, (struct str){(const char *)message, sizeof message}, &s);
	if (r < 0) {
		json_decref(options);
		return r;
	}
	data_integrity_attach(document, options, s.bytes);
	if (!data_integrity_holds(document, i->key))
		return fail(i->cx, ERR_IO, "signer.away");
	r = json_write(document, &b);
	if (r < 0)
		return ctx_pass(i->cx, r);
	*ret_json = (struct str){arena_str(i->cx->arena, buf_view(&b)), b.n};
	return 0;
}

/* A certificate. */

static const char *field(struct issue *i, const struct credential *c, const char *name)
{
	return arena_str(i->cx->arena, credential_text(c, name));
}

static json_t *subject_identifiers(struct issue *i, const struct credential *c)
{
	return json_pack("[{ss,ss,ss,sb},{ss,ss,ss,sb}]", "type", "IdentityObject", "identityHash",
		field(i, c, "name"), "identityType", "name", "hashed", 0, "type",
		"IdentityObject", "identityHash", field(i, c, "idno_mask"), "identityType",
		"ext:maskedIdentityNumber", "hashed", 0);
}

static const char *title(struct issue *i, const struct credential *c)
{
	int64_t grade = 0;
	const char *occupation = field(i, c, "occupation_name");
	const char *work_type = field(i, c, "work_type_name");
	(void)str_to_i64(credential_text(c, "grade"), &grade);
	bool differ = *work_type && !streq(occupation, work_type);
	return text_of(i->cx, "%s%s%s%s%s%s", occupation, differ ? "（" : "",
		differ ? work_type : "", differ ? "）" : "", grade ? " " : "", grade_label(grade));
}

static const char *criteria(struct issue *i, const struct credential *c)
{
	static const char *const parts[][2] = {
		{"theory", "理论知识考试"}, {"skill", "技能考核"}, {"review", "综合评审"}};
	const char *text = "经职业技能评价合格";
	for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
		if (credential_text(c, parts[k][0]).n)
			text = text_of(i->cx, "%s；%s：%s", text, parts[k][1],
				field(i, c, parts[k][0]));
	return text;
}

static const char *encoded(struct issue *i, const char *text)
{
	auto_buf b;
	buf_init(&b, TEXT_MAX);
	url_encode(&b, text);
	return arena_dup(i->cx->arena, buf_z(&b));
}

static json_t *achievement(struct issue *i, const struct credential *c)
{
	const char *code = field(i, c, "occupation_code");
	const char *body = field(i, c, "body_code");
	const char *id = text_of(i->cx, "%s/occupations?code=%s&name=%s&grade=%s", i->base,
		encoded(i, code), encoded(i, field(i, c, "work_type_name")), field(i, c, "grade"));
	json_t *creator = json_pack("{ss,s[s],ss}", "id",
		text_of(i->cx, "%s/register?code=%s", i->base, encoded(i, body)), "type", "Profile",
		"name", field(i, c, "body_name"));
	json_t *o = json_pack("{ss,s[s],ss,ss,so,ss,s{ss}}", "id", id, "type", "Achievement",
		"achievementType", "Certification", "name", title(i, c), "creator", creator,
		"description", text_of(i->cx, "职业技能评价：%s", title(i, c)), "criteria",
		"narrative", criteria(i, c));
	if (*code)
		json_object_set_new(o, "humanCode", json_string(code));
	if (credential_text(c, "work_type_name").n)
		json_object_set_new(
			o, "specialization", json_string(field(i, c, "work_type_name")));
	return o;
}

static const char *list_url(struct issue *i, int64_t list_no, enum status_purpose purpose)
{
	return text_of(i->cx, "https://%s/lists/%" PRId64 "/%s", i->origin, list_no,
		status_purpose_code(purpose));
}

static json_t *status_entry(struct issue *i, const struct status_place *p,
	enum status_purpose purpose)
{
	const char *url = list_url(i, p->list_no, purpose);
	const char *index = text_of(i->cx, "%" PRId64, p->list_index);
	return json_pack("{ss,ss,ss,ss,ss}", "id", text_of(i->cx, "%s#%s", url, index), "type",
		"BitstringStatusListEntry", "statusPurpose", status_purpose_code(purpose),
		"statusListIndex", index, "statusListCredential", url);
}

/* The handle, which is random, as a UUID. */
static const char *urn_of(struct issue *i, const struct credential *c)
{
	struct leaf leaf;
	if (leaf_parse(c->leaf, &leaf) < 0 || leaf.certificate.n != LEAF_HANDLE_HEX)
		return "";
	const char *h = leaf.certificate.p;
	return text_of(i->cx, "urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s", h, h + 8, h + 12, h + 16,
		h + 20);
}

static json_t *document_of(struct issue *i, const struct credential *c,
	const struct status_place *place)
{
	int64_t on = 0;
	char from[CIVIL_TEXT];
	(void)civil_parse_day(credential_text(c, "issued_on"), &on);
	json_t *subject = json_pack("{s[s],so,ss,so}", "type", "AchievementSubject", "identifier",
		subject_identifiers(i, c), "licenseNumber", field(i, c, "number"), "achievement",
		achievement(i, c));
	return json_pack("{s[ss],ss,s[ss],ss,s{ss,s[s],ss},ss,so,s[oo]}", "@context", CONTEXT_VC,
		CONTEXT_BADGES, "id", urn_of(i, c), "type", "VerifiableCredential",
		"OpenBadgeCredential", "name",
		credential_text(c, "occupation_code").n ? "职业技能等级证书" : "专项职业能力证书",
		"issuer", "id", i->did, "type", "Profile", "name",
		text_of(i->cx, "技能人才评价服务平台（%s）", i->base), "validFrom",
		civil_put_time_iso(civil_midnight(on), from), "credentialSubject", subject,
		"credentialStatus", status_entry(i, place, STATUS_REVOCATION),
		status_entry(i, place, STATUS_SUSPENSION));
}

int vc_certificate(struct ctx *cx, int64_t person_id, int64_t id, struct str *ret_json,
	const char **ret_name)
{
	struct issue i;
	struct credential c;
	struct status_place place;
	int r = certificate_credential(cx, person_id, id, false, &c);
	if (r >= 0)
		r = begin(cx, &i);
	if (r >= 0)
		r = certificate_status_place(cx, person_id, id, &place);
	if (r < 0)
		return r;
	auto_json document = document_of(&i, &c, &place);
	if (!document)
		return ctx_pass(cx, ERR_BUG);
	r = finish(&i, document, ret_json);
	if (r >= 0)
		*ret_name = text_of(cx, "%s.vc.json", field(&i, &c, "number"));
	return r;
}

/* Lists. */

static int make_list(struct ctx *cx, int64_t list_no, enum status_purpose purpose,
	struct str *ret_json)
{
	uint8_t bits[BITSTRING_BYTES];
	char from[CIVIL_TEXT], until[CIVIL_TEXT];
	struct issue i;
	auto_buf list;
	buf_init(&list, DOCUMENT_MAX);
	int r = certificate_status_bits(cx, list_no, purpose, bits);
	if (r >= 0)
		r = begin(cx, &i);
	if (r < 0)
		return r;
	bitstring_put(&list, bits);
	int64_t now = ctx_now(cx);
	const char *url = list_url(&i, list_no, purpose);
	auto_json document = json_pack("{s[s],ss,s[ss],ss,ss,ss,s{ss,ss,ss,ss}}", "@context",
		CONTEXT_VC, "id", url, "type", "VerifiableCredential",
		"BitstringStatusListCredential", "issuer", i.did, "validFrom",
		civil_put_time_iso(now, from), "validUntil",
		civil_put_time_iso(now + LIST_DAYS * 86400, until), "credentialSubject", "id",
		text_of(cx, "%s#list", url), "type", "BitstringStatusList", "statusPurpose",
		status_purpose_code(purpose), "encodedList", buf_z(&list));
	if (!document)
		return ctx_pass(cx, ERR_BUG);
	r = finish(&i, document, ret_json);
	if (r < 0)
		return r;
	r = (int)q_vc_list_put(cx->db, .list_no = list_no, .purpose = status_purpose_code(purpose),
		.file_text = ret_json->p, .at = now);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int vc_status_list(struct ctx *cx, int64_t list_no, enum status_purpose purpose,
	struct str *ret_json)
{
	struct q_vc_list_find kept;
	int r = q_vc_list_find(
		cx->db, &kept, .list_no = list_no, .purpose = status_purpose_code(purpose));
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	int64_t age = r == ERR_NOTFOUND ? STATUS_LIST_SECONDS : ctx_now(cx) - kept.at;
	if (age < 0 || age >= STATUS_LIST_SECONDS)
		return make_list(cx, list_no, purpose, ret_json);
	*ret_json = str_of(kept.file_text);
	return 0;
}
