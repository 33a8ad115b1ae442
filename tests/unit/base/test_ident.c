#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/civil.h"
#include "base/ident.h"

static const char *const good_idno[] = {"11010519491231002X", "440524188001010014"};
static const char *const good_uscc[] = {"91350100M000100Y43", "91110000802100433B",
	"9144030071526726XG", "91330100799655058B", "91110108551385082Q"};

static bool idno_ok(const char *z)
{
	struct idno idno;
	return ident_idno(str_of(z), &idno, NULL) == 0;
}

static bool uscc_ok(const char *z)
{
	struct uscc uscc;
	return ident_uscc(str_of(z), &uscc, NULL) == 0;
}

static void published_idno(void **state)
{
	(void)state;
	struct idno idno;
	assert_int_equal(ident_idno(STR("11010519491231002X"), &idno, NULL), 0);
	assert_int_equal(idno.kind, IDNO_CITIZEN);
	assert_string_equal(idno.region, "110105");
	assert_int_equal(idno.birth_day, civil_day(1949, 12, 31));
	assert_int_equal(idno.sex, IDENT_FEMALE);
	assert_int_equal(idno.serial, 2);
	assert_int_equal(ident_idno(STR("440524188001010014"), &idno, NULL), 0);
	assert_int_equal(idno.sex, IDENT_MALE);
	assert_int_equal(ident_age(&idno, civil_day(1896, 1, 1)), 16);
	assert_int_equal(ident_age(&idno, civil_day(1895, 12, 31)), 15);
}

static void published_uscc(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good_uscc / sizeof *good_uscc; i++) {
		struct uscc uscc;
		struct orgno orgno;
		assert_int_equal(ident_uscc(str_of(good_uscc[i]), &uscc, NULL), 0);
		assert_string_equal(uscc.text, good_uscc[i]);
		assert_int_equal(uscc.department, '9');
		assert_int_equal(uscc.kind, '1');
		/* Positions 9 to 17 are an organisation code by themselves. */
		assert_int_equal(ident_orgno(str_of(uscc.orgno), &orgno, NULL), 0);
	}
}

/* Every other character at every place: GB 11643 and GB 32100 promise that all of these are found.
 */
static void one_wrong_character_is_found(
	const char *good, const char *alphabet, bool (*ok)(const char *z))
{
	assert_true(ok(good));
	for (size_t at = 0; at < 18; at++)
		for (const char *c = alphabet; *c; c++) {
			char bad[19];
			memcpy(bad, good, 19);
			bad[at] = *c;
			if (*c != good[at])
				assert_false(ok(bad));
		}
}

static void corruptions_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good_idno / sizeof *good_idno; i++)
		one_wrong_character_is_found(good_idno[i], "0123456789X", idno_ok);
	for (size_t i = 0; i < sizeof good_uscc / sizeof *good_uscc; i++)
		one_wrong_character_is_found(
			good_uscc[i], "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", uscc_ok);
}

static void swapped_neighbours_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++)
		for (size_t at = 0; at + 1 < 17; at++) {
			char bad[19];
			memcpy(bad, good_idno[i], 19);
			bad[at] = good_idno[i][at + 1];
			bad[at + 1] = good_idno[i][at];
			if (bad[at] != bad[at + 1])
				assert_false(idno_ok(bad));
		}
}

static void idno_fault(const char *z, enum ident_reason reason, int at)
{
	struct idno idno = {.serial = 77};
	struct ident_fault fault = {0};
	assert_int_equal(ident_idno(str_of(z), &idno, &fault), ERR_INVALID);
	assert_int_equal(fault.reason, reason);
	assert_int_equal(fault.at, at);
	assert_int_equal(idno.serial, 77);
}

static void what_is_wrong_with_an_idno(void **state)
{
	(void)state;
	idno_fault("", IDENT_EMPTY, 0);
	idno_fault(" 　", IDENT_EMPTY, 0);
	idno_fault("1101051949123100", IDENT_LENGTH, 0);
	idno_fault("11010519491231002X0", IDENT_LENGTH, 0);
	idno_fault("110105491231002", IDENT_OLD15, 0);
	idno_fault("1.10105E+17", IDENT_SHEET, 0);
	idno_fault("110105194912310000.0", IDENT_SHEET, 0);
	idno_fault("1101O519491231002X", IDENT_CHAR, 5);
	idno_fault("11010519491231 02X", IDENT_CHAR, 15);
	idno_fault("11010519491231张02X", IDENT_CHAR, 15);
	idno_fault("11010519491231002Y", IDENT_CHAR, 18);
	idno_fault("00010519491231002X", IDENT_REGION, 1);
	idno_fault("83010519491231002X", IDENT_REGION, 1);
	idno_fault("990105194912310021", IDENT_REGION, 2);
	idno_fault("11010517991231002X", IDENT_DATE, 7);
	idno_fault("11010519491331002X", IDENT_DATE, 11);
	idno_fault("11010519490229002X", IDENT_DATE, 13);
	idno_fault("110105194912310021", IDENT_CHECK, 18);
}

static void idno_as_people_write_it(void **state)
{
	static const char *const same[] = {" 11010519491231002x\n",
		"１１０１０５１９４９１２３１００２Ｘ", "　11010519491231002X"};
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct idno idno;
		assert_int_equal(ident_idno(str_of(same[i]), &idno, NULL), 0);
		assert_string_equal(idno.text, "11010519491231002X");
	}
}

static void permits_of_the_same_shape(void **state)
{
	static const struct {
		const char *region;
		enum idno_kind kind;
	} permits[] = {{"810000", IDNO_HONG_KONG}, {"820000", IDNO_MACAO}, {"830000", IDNO_TAIWAN}};
	(void)state;
	char text[19];
	struct idno idno;
	for (size_t i = 0; i < 3; i++) {
		ident_idno_make(permits[i].region, civil_day(1990, 5, 6), 13, text);
		assert_int_equal(ident_idno(str_of(text), &idno, NULL), 0);
		assert_int_equal(idno.kind, permits[i].kind);
		assert_string_equal(idno.region, permits[i].region);
	}
	ident_idno_make("931840", civil_day(1990, 5, 6), 12, text);
	assert_int_equal(ident_idno(str_of(text), &idno, NULL), 0);
	assert_int_equal(idno.kind, IDNO_FOREIGN);
	assert_string_equal(idno.region, "310000");
	assert_string_equal(idno.country, "840");
	assert_int_equal(idno.sex, IDENT_FEMALE);
}

static void uscc_fault(const char *z, enum ident_reason reason, int at)
{
	struct uscc uscc;
	struct ident_fault fault = {0};
	assert_int_equal(ident_uscc(str_of(z), &uscc, &fault), ERR_INVALID);
	assert_int_equal(fault.reason, reason);
	assert_int_equal(fault.at, at);
}

static void what_is_wrong_with_a_uscc(void **state)
{
	(void)state;
	uscc_fault("91350100M000100Y4", IDENT_LENGTH, 0);
	uscc_fault("91350100MO00100Y43", IDENT_CHAR, 10);
	uscc_fault("9135010AM000100Y43", IDENT_CHAR, 8);
	uscc_fault("B1350100M000100Y43", IDENT_KIND, 1);
	uscc_fault("91990100M000100Y43", IDENT_REGION, 3);
	uscc_fault("91350100M000100Y44", IDENT_CHECK, 18);
	char text[19];
	ident_uscc_make('9', '1', "371002", "MA3C0001", text);
	assert_true(uscc_ok(text));
	/* A wrong organisation code under a right outer check character. */
	text[16] = text[16] == '1' ? '2' : '1';
	text[17] = ident_uscc_check(text);
	uscc_fault(text, IDENT_ORGNO_CHECK, 17);
}

static void orgno_alone(void **state)
{
	(void)state;
	struct orgno orgno;
	struct ident_fault fault;
	assert_int_equal(ident_orgno(STR("80210043-3"), &orgno, NULL), 0);
	assert_string_equal(orgno.text, "802100433");
	assert_int_equal(ident_orgno(STR("71526726x"), &orgno, NULL), 0);
	assert_string_equal(orgno.text, "71526726X");
	assert_int_equal(ident_orgno(STR("715267261"), &orgno, &fault), ERR_INVALID);
	assert_int_equal(fault.reason, IDENT_CHECK);
	assert_int_equal(ident_orgno(STR("7152-7261"), &orgno, &fault), ERR_INVALID);
	assert_int_equal(fault.at, 5);
}

static void level_certificates(void **state)
{
	(void)state;
	struct certno certno;
	assert_int_equal(ident_certno(STR("s000037100001243000017"), &certno, NULL), 0);
	assert_int_equal(certno.form, CERTNO_LEVEL);
	assert_string_equal(certno.text, "S000037100001243000017");
	assert_string_equal(certno.body, "S000037100001");
	assert_int_equal(certno.year, 2024);
	assert_int_equal(certno.grade, '3');
	assert_int_equal(certno.serial, 17);
	assert_int_equal(ident_certno(STR("Y00012300012319T000001"), &certno, NULL), 0);
	assert_int_equal(certno.form, CERTNO_SPECIAL);
	assert_int_equal(certno.grade, 'T');
	/* a letter of a place's own, such as that of its technical schools */
	assert_int_equal(ident_certno(STR("J000045100001243000017"), &certno, NULL), 0);
	assert_string_equal(certno.body, "J000045100001");
}

static void old_certificates(void **state)
{
	(void)state;
	struct certno certno;
	assert_int_equal(ident_certno(STR("1415003001300456"), &certno, NULL), 0);
	assert_int_equal(certno.form, CERTNO_OLD);
	assert_int_equal(certno.year, 2014);
	assert_int_equal(certno.grade, '3');
	assert_int_equal(certno.serial, 456);
	assert_string_equal(certno.body, "");
	assert_int_equal(ident_certno(STR("9915003001400001"), &certno, NULL), 0);
	assert_int_equal(certno.year, 1999);
	assert_int_equal(ident_certno(STR(" 0812345678901"), &certno, NULL), 0);
	assert_int_equal(certno.form, CERTNO_SHANGHAI);
	assert_string_equal(certno.text, "0000812345678901");
	assert_int_equal(ident_certno(STR("0000812345678901"), &certno, NULL), 0);
	assert_string_equal(certno.text, "0000812345678901");
	assert_int_equal(certno.year, 0);
}

static void certno_fault(const char *z, enum ident_reason reason, int at)
{
	struct certno certno;
	struct ident_fault fault = {0};
	assert_int_equal(ident_certno(str_of(z), &certno, &fault), ERR_INVALID);
	assert_int_equal(fault.reason, reason);
	assert_int_equal(fault.at, at);
}

static void what_is_wrong_with_a_certificate(void **state)
{
	(void)state;
	certno_fault("S00003710000124300017", IDENT_LENGTH, 0);
	certno_fault("1000037100001243000017", IDENT_CHAR, 1);
	certno_fault("S0000A7100001243000017", IDENT_CHAR, 6);
	certno_fault("S000038100001243000017", IDENT_REGION, 6);
	certno_fault("S000037100001246000017", IDENT_GRADE, 16);
	certno_fault("S00003710000124-000017", IDENT_CHAR, 16);
	certno_fault("S000037100001243000000", IDENT_SERIAL, 17);
	certno_fault("S00003710000124300001A", IDENT_CHAR, 22);
	certno_fault("1415003001700456", IDENT_GRADE, 11);
	certno_fault("1415003001300000", IDENT_SERIAL, 12);
}

static void bodies(void **state)
{
	(void)state;
	struct bodyno bodyno;
	struct ident_fault fault;
	assert_int_equal(ident_bodyno(STR("S000037000072"), &bodyno, NULL), 0);
	assert_int_equal(ident_bodyno(STR("S000037100001"), &bodyno, NULL), 0);
	assert_int_equal(bodyno.kind, 'S');
	assert_int_equal(bodyno.national, 0);
	assert_string_equal(bodyno.region, "37");
	assert_string_equal(bodyno.local, "100001");
	assert_int_equal(ident_bodyno(STR("Y000123000123"), &bodyno, NULL), 0);
	assert_int_equal(bodyno.national, 1);
	assert_int_equal(ident_bodyno(STR("S00003710000A"), &bodyno, &fault), ERR_INVALID);
	assert_int_equal(fault.at, 13);
}

static void supervisor_cards(void **state)
{
	(void)state;
	struct cardno cardno;
	struct ident_fault fault;
	assert_int_equal(ident_cardno(STR("r37240015"), &cardno, NULL), 0);
	assert_string_equal(cardno.region, "37");
	assert_int_equal(cardno.year, 2024);
	assert_int_equal(cardno.serial, 15);
	assert_int_equal(ident_cardno(STR("R99240015"), &cardno, &fault), ERR_INVALID);
	assert_int_equal(fault.reason, IDENT_REGION);
	assert_int_equal(ident_cardno(STR("Q37240015"), &cardno, &fault), ERR_INVALID);
	assert_int_equal(fault.reason, IDENT_KIND);
	assert_int_equal(ident_cardno(STR("R37240000"), &cardno, &fault), ERR_INVALID);
	assert_int_equal(fault.reason, IDENT_SERIAL);
}

static void made_numbers_pass(void **state)
{
	(void)state;
	char text[19];
	for (int serial = 0; serial < 1000; serial += 7) {
		struct idno idno;
		ident_idno_make("371082", civil_day(1985, 2, 28) + serial, serial, text);
		assert_int_equal(ident_idno(str_of(text), &idno, NULL), 0);
		assert_int_equal(idno.serial, serial);
		assert_int_equal(idno.birth_day, civil_day(1985, 2, 28) + serial);
	}
	assert_int_equal(ident_idno_check("1101051949123100"), 0);
	assert_int_equal(ident_uscc_check("91350100MI00100Y4"), 0);
	assert_int_equal(ident_orgno_check("1234567"), 0);
}

static void masks(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 16);
	assert_string_equal(ident_mask_idno(a, STR("371002198001011234")), "371***********1234");
	assert_string_equal(ident_mask_idno(a, STR("E12345678")), "E******78");
	assert_string_equal(ident_mask_idno(a, STR("12345")), "*****");
	assert_string_equal(ident_mask_idno(a, STR("")), "");
	assert_string_equal(ident_mask_phone(a, STR("13812341234")), "138****1234");
	assert_string_equal(ident_mask_phone(a, STR("5221234")), "5****34");
	assert_string_equal(ident_mask_name(a, STR("张小三")), "张*三");
	assert_string_equal(ident_mask_name(a, STR("张三")), "张*");
	assert_string_equal(ident_mask_name(a, STR("张")), "张");
	assert_string_equal(ident_mask_name(a, STR("")), "");
	assert_string_equal(ident_mask_name(a, STR("欧阳小明")), "欧**明");
	assert_string_equal(ident_mask_name(a, STR("𠮷小三")), "𠮷*三");
	ident_mask_name(a, STR("\xff\xff\xff\xff"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_idno),
		cmocka_unit_test(published_uscc),
		cmocka_unit_test(corruptions_are_found),
		cmocka_unit_test(swapped_neighbours_are_found),
		cmocka_unit_test(what_is_wrong_with_an_idno),
		cmocka_unit_test(idno_as_people_write_it),
		cmocka_unit_test(permits_of_the_same_shape),
		cmocka_unit_test(what_is_wrong_with_a_uscc),
		cmocka_unit_test(orgno_alone),
		cmocka_unit_test(level_certificates),
		cmocka_unit_test(old_certificates),
		cmocka_unit_test(what_is_wrong_with_a_certificate),
		cmocka_unit_test(bodies),
		cmocka_unit_test(supervisor_cards),
		cmocka_unit_test(made_numbers_pass),
		cmocka_unit_test(masks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
