#include "core/password_policy.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/password.h"
#include "base/utf8.h"
#include "core/setting.h"

/* The heart of what people choose first; letters and digits around it do not make it better. */
static const char *const common[] = {
	"password", "passw0rd", "p@ssw0rd", "p@ssword", "123456", "1234567", "12345678",
		"123456789", "1234567890",
	"987654321", "111111", "000000", "666666", "888888", "112233", "123123", "123321",
		"5201314", "147258369",
	"qwerty", "qwertyuiop", "asdfgh", "asdfghjkl", "zxcvbn", "zxcvbnm", "1qaz2wsx", "qazwsx",
		"1q2w3e4r", "1q2w3e",
	"abc123", "abcd1234", "a123456", "aa123456", "a12345678", "iloveyou", "woaini",
		"woaini1314", "admin",
	"administrator", "root", "welcome", "letmein", "monkey", "dragon", "sunshine", "princess",
		"football", "master",
	"superman", "changeme", "default", "test1234", "luban", "luban123", "weihai", "shandong",
		"jinan", "qingdao",
	"renshe", "jineng", "zhengshu", "huawei", "taobao", "wangyi", "zhongguo", "china",
		"beijing", "shanghai",
};

static int count_classes(const char *password)
{
	bool lower = false, upper = false, digit = false, other = false;
	for (const char *p = password; *p; p++) {
		lower |= islower((unsigned char)*p) != 0;
		upper |= isupper((unsigned char)*p) != 0;
		digit |= isdigit((unsigned char)*p) != 0;
		other |= !isalnum((unsigned char)*p);
	}
	return lower + upper + digit + other;
}

/* Without what people put around a common word: digits and signs at both ends. */
static bool is_common(const char *lower)
{
	size_t n = strlen(lower), from = 0, to = n;
	while (from < to && !isalpha((unsigned char)lower[from]))
		from++;
	while (to > from && !isalpha((unsigned char)lower[to - 1]))
		to--;
	for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
		size_t m = strlen(common[i]);
		bool is_whole = m == n && memcmp(lower, common[i], n) == 0;
		bool is_heart = m == to - from && memcmp(lower + from, common[i], m) == 0;
		if (is_whole || is_heart)
			return true;
	}
	return false;
}

/* Four characters in a row that are the same, or each the next or the one before. */
static bool has_run(const char *z)
{
	int same = 1, up = 1, down = 1;
	for (size_t i = 1; z[0] && z[i]; i++) {
		int step = (unsigned char)z[i] - (unsigned char)z[i - 1];
		same = step == 0 ? same + 1 : 1;
		up = step == 1 ? up + 1 : 1;
		down = step == -1 ? down + 1 : 1;
		if (same >= 4 || up >= 5 || down >= 5)
			return true;
	}
	return false;
}

static const char *lowered(struct ctx *cx, const char *z)
{
	char *copy = arena_dup(cx->arena, z);
	for (char *p = copy; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

static bool holds(struct ctx *cx, const char *lower, const char *word)
{
	return word && strlen(word) >= 3 && strstr(lower, lowered(cx, word));
}

int password_check(struct ctx *cx, const char *field, const char *password, const char *login,
	const char *name)
{
	const char *lower = lowered(cx, password ? password : "");
	int64_t length_min = setting_int(cx, "password.length_min", "", 0);
	int64_t classes_min = setting_int(cx, "password.classes_min", "", 0);
	int64_t length = (int64_t)utf8_count(str_of(lower));
	int r = 0;
	if (length < length_min)
		r = fail_field(cx, field, "password.short", text_of(cx, "%" PRId64, length_min));
	if (strlen(lower) > PASSWORD_BYTES_MAX)
		return fail_field(cx, field, "password.long");
	if (password && count_classes(password) < classes_min)
		r = fail_field(cx, field, "password.classes", text_of(cx, "%" PRId64, classes_min));
	if (holds(cx, lower, login) || holds(cx, lower, name))
		r = fail_field(cx, field, "password.holds_login");
	if (is_common(lower) || has_run(lower))
		r = fail_field(cx, field, "password.common");
	return r;
}

const char *password_once(struct ctx *cx)
{
	static const char *const kinds[] = {"ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz",
		"23456789"};
	char text[15];
	for (size_t i = 0; i < 14; i++) {
		const char *kind = kinds[i % 3];
		text[i] = i % 5 == 4 ? '-' : kind[ctx_random_u64(cx) % strlen(kind)];
	}
	text[14] = 0;
	return arena_dup(cx->arena, text);
}
