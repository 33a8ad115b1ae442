/* QTI packages as others make them (2.1, 2.2, 3.0), and packages made to do harm. */
#include "items.h"

#include <zip.h>

#include "doc/pack.h"

struct part {
	const char *path, *text;
};

#define MANIFEST(resources) "<?xml version=\"1.0\"?><manifest xmlns=\"" \
	"http://www.imsglobal.org/xsd/imscp_v1p1\"><resources>" resources "</resources></manifest>"
#define ITEM(id, href) "<resource identifier=\"" id "\" type=\"imsqti_item_xmlv2p1\" href=\"" href \
	"\"><file href=\"" href "\"/></resource>"
#define CORRECT "<responseProcessing template=\"" \
	"http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct\"/>"
#define BODY(id, decl, body, \
	rp) "<assessmentItem xmlns=\"http://www.imsglobal.org/xsd/imsqti_v2p1\"" \
	" identifier=\"" id "\" title=\"" id "\" adaptive=\"false\" timeDependent=\"false\">" decl \
	"<outcomeDeclaration identifier=\"SCORE\" cardinality=\"single\" baseType=\"float\"/>" \
	"<itemBody>" body "</itemBody>" rp "</assessmentItem>"
#define DECL(card, type, \
	values) "<responseDeclaration identifier=\"RESPONSE\" cardinality=\"" card \
	"\" baseType=\"" type "\"><correctResponse>" values "</correctResponse></responseDeclarat" \
	"i" \
	"o" \
	"n>"

static struct str package(struct arena *a, const struct part *parts)
{
	struct pack *p;
	struct str bytes;
	assert_int_equal(pack_new(1795305600, &p), 0);
	for (; parts->path; parts++)
		assert_int_equal(pack_put(p, parts->path, str_of(parts->text)), 0);
	assert_int_equal(pack_finish(p, a, &bytes), 0);
	return bytes;
}

/* The multiple choice example of the QTI 2.1 implementation guide, and others of its kind. */
static const struct part guide[] = {
	{"imsmanifest.xml", MANIFEST(
		ITEM("choice", "items/choice.xml") ITEM("order", "items/order.xml")
		ITEM("match", "items/match.xml") ITEM("entry", "items/entry.xml")
		ITEM("number", "items/number.xml") ITEM("hotspot", "items/hotspot.xml")
		ITEM("two", "items/two.xml") ITEM("gone", "items/gone.xml")
		"<resource identifier=\"T\" type=\"imsqti_test_xmlv2p1\" href=\"test.xml\"/>")},
	{"test.xml", "<assessmentTest xmlns=\"http://www.imsglobal.org/xsd/imsqti_v2p1\" "
		"identifier=\"T\" title=\"模拟卷\"><testPart identifier=\"P\"><assessmentSection "
		"identifier=\"S\" title=\"一、选择\"><assessmentItemRef identifier=\"r1\" "
		"href=\"items/order.xml\"/><selection select=\"1\"/></assessmentSection></testPart>"
		"</assessmentTest>"},
	{"items/choice.xml", BODY("choice", DECL("single", "identifier", "<value>ChoiceA</value>"),
		"<p>Look at the text in the picture.</p><p><img src=\"../images/sign.png\" "
		"alt=\"NEVER LEAVE LUGGAGE\"/></p><choiceInteraction responseIdentifier="
		"\"RESPONSE\" "
		"shuffle=\"false\" maxChoices=\"1\"><prompt>What does it say?</prompt>"
		"<simpleChoice identifier=\"ChoiceA\">You must stay.</simpleChoice>"
		"<simpleChoice identifier=\"ChoiceB\">Do not.<feedbackInline outcomeIdentifier="
		"\"F\" "
		"identifier=\"x\">no!</feedbackInline></simpleChoice></choiceInteraction>",
		CORRECT)},
	{"items/order.xml", BODY("order", DECL("ordered", "identifier",
		"<value>DriverC</value><value>DriverA</value>"),
		"<orderInteraction responseIdentifier=\"RESPONSE\" shuffle=\"true\"><prompt>Who?</p"
		"rompt>"
		"<simpleChoice identifier=\"DriverA\">Rubens</simpleChoice><simpleChoice "
		"identifier=\"DriverC\" fixed=\"true\">Michael</simpleChoice></orderInteraction>",
		CORRECT)},
	{"items/match.xml", BODY("match", DECL("multiple", "directedPair",
		"<value>C R</value><value>D M</value>"),
		"<p>?</p><matchInteraction responseIdentifier=\"RESPONSE\" shuffle=\"true\" "
		"maxAssociations=\"4\"><simpleMatchSet><simpleAssociableChoice identifier=\"C\" "
		"matchMax=\"1\">Capulet</simpleAssociableChoice><simpleAssociableChoice identifier="
		"\"D\" "
		"matchMax=\"1\">Demetrius</simpleAssociableChoice></simpleMatchSet><simpleMatchSet>"
		"<simpleAssociableChoice identifier=\"M\" matchMax=\"4\">Dream</simpleAssociableCho"
		"ice>"
		"<simpleAssociableChoice identifier=\"R\" matchMax=\"4\">Romeo</simpleAssociableCho"
		"ice>"
		"</simpleMatchSet></matchInteraction>", CORRECT)},
	{"items/entry.xml", BODY("entry", "<responseDeclaration identifier=\"RESPONSE\" "
		"cardinality=\"single\" baseType=\"string\"><correctResponse><value>York</value>"
		"</correctResponse><mapping defaultValue=\"0\"><mapEntry mapKey=\"York\" "
		"mappedValue=\"1\"/><mapEntry mapKey=\"york\" mappedValue=\"0.5\"/></mapping>"
		"</responseDeclaration>", "<p>This sun of <textEntryInteraction "
		"responseIdentifier=\"RESPONSE\" expectedLength=\"15\"/>;</p>",
		"<responseProcessing template=\"http://www.imsglobal.org/question/qti_v2p1/rptempla"
		"tes/"
		"map_response\"/>")},
	{"items/number.xml", BODY("number", DECL("single", "float", "<value>3.14</value>"),
		"<p>π = <textEntryInteraction responseIdentifier=\"RESPONSE\"/></p>",
		"<responseProcessing><responseCondition><responseIf><equal toleranceMode="
		"\"absolute\" "
		"tolerance=\"0.01 0.01\"><variable identifier=\"RESPONSE\"/><correct "
		"identifier=\"RESPONSE\"/></equal></responseIf></responseCondition>"
		"</responseProcessing>")},
	{"items/hotspot.xml", BODY("hotspot", DECL("single", "identifier", "<value>A</value>"),
		"<hotspotInteraction responseIdentifier=\"RESPONSE\" maxChoices=\"1\"><object "
		"type=\"image/png\" data=\"x.png\"/></hotspotInteraction>", CORRECT)},
	{"items/two.xml", BODY("two", DECL("single", "string", "<value>A</value>"),
		"<p><textEntryInteraction responseIdentifier=\"RESPONSE\"/> <textEntryInteraction "
		"responseIdentifier=\"R2\"/></p>", CORRECT)},
	{"images/sign.png", "\x89PNG\r\n\x1a\nreally not"},
	{0},
};

static const struct item_entry *called(const struct items *t, const char *name)
{
	for (int i = 0; i < t->sheet.n_entries; i++)
		if (streq(t->sheet.entries[i]->name, name))
			return t->sheet.entries[i];
	fail_msg("%s was not read", name);
	return NULL;
}

static void version_2_1(void **state)
{
	(void)state;
	struct items t;
	items_init(&t);
	read_ok(&t, qti_read, package(t.arena, guide));
	print_remarks(&t);
	assert_int_equal(t.sheet.n_entries, 5);
	assert_string_equal(t.sheet.title, "模拟卷");
	assert_string_equal(t.sheet.entries[0]->name, "order");
	assert_string_equal(t.sheet.entries[0]->section, "一、选择");
	assert_string_equal(t.sheet.entries[0]->content.key, "BA");
	assert_string_equal(t.sheet.entries[0]->content.stem_html, "Who?");
	assert_true(t.sheet.entries[0]->content.keep_order);
	assert_true(has_remark(&t.sheet, "exchange.fixed", "order"));
	const struct item *it = &called(&t, "choice")->content;
	assert_int_equal(it->kind, ITEM_SINGLE);
	assert_string_equal(it->stem_html, "<p>Look at the text in the picture.</p><p><img "
		"src=\"asset:sign.png\" alt=\"NEVER LEAVE LUGGAGE\"/></p><p>What does it say?</p>");
	assert_string_equal(it->options[1].html, "Do not.");
	assert_string_equal(it->options[1].feedback_html, "no!");
	assert_true(it->keep_order);
	assert_string_equal(called(&t, "match")->content.key, "BA");
	it = &called(&t, "entry")->content;
	assert_string_equal(it->stem_html, "This sun of ______ ;");
	assert_int_equal(it->n_variants, 2);
	it = &called(&t, "number")->content;
	assert_string_equal(it->value, "3.14");
	assert_string_equal(it->tolerance, "0.01");
	assert_true(has_remark(&t.sheet, "exchange.type_unknown", "hotspot"));
	assert_true(has_remark(&t.sheet, "exchange.composite", "two"));
	assert_true(has_remark(&t.sheet, "exchange.file_missing", "gone"));
	assert_true(has_remark(&t.sheet, "exchange.test_rule", NULL));
	items_fini(&t);
}

#define JUDGED(id, stimulus) "<assessmentItem xmlns=\"http://www.imsglobal.org/xsd/imsqti_v2p1\"" \
	" identifier=\"" id "\" title=\"" id "\" adaptive=\"false\" timeDependent=\"false\">" \
	DECL("single", "float", "<value>-200</value>") "<assessmentStimulusRef identifier=" \
	"\"stim\"" \
	" href=\"" stimulus "\"/><itemBody><p>求值</p><textEntryInteraction responseIdentifier=" \
	"\"RESPONSE\"/></itemBody><responseProcessing><responseCondition><responseIf><equal " \
	"toleranceMode=\"relative\" tolerance=\"5 5\"/></responseIf></responseCondition>" \
	"</responseProcessing></assessmentItem>"
#define STIMULUS(text) "<assessmentStimulus identifier=\"s\" title=\"" text "\"><" \
	"stimulusBody>" text \
	"</stimulusBody></assessmentStimulus>"

/* Each item has a name of its own for its material: the same name, another text. */
static void stimuli_are_known_by_path(void **state)
{
	(void)state;
	struct items t;
	items_init(&t);
	const struct part parts[] = {{"imsmanifest.xml",
		MANIFEST(ITEM("a", "a.xml") ITEM("b", "b.xml")
		ITEM("c", "c.xml"))}, {"a.xml", JUDGED("a", "s1.xml")}, {"b.xml", JUDGED("b",
		"s2.xml")},
		{"c.xml", JUDGED("c", "s1.xml")}, {"s1.xml", STIMULUS("甲")},
			{"s2.xml", STIMULUS("乙")},
		{0}};
	read_ok(&t, qti_read, package(t.arena, parts));
	print_remarks(&t);
	assert_int_equal(t.sheet.n_entries, 3);
	assert_int_equal(t.sheet.n_materials, 2);
	static const char *const texts[] = {"甲", "乙", "甲"};
	for (int i = 0; i < 3; i++)
		assert_string_equal(t.sheet.materials[t.sheet.entries[i]->material - 1]->html,
			texts[i]);
	/* five per cent of 200 */
	assert_string_equal(t.sheet.entries[0]->content.tolerance, "10");
	items_fini(&t);
}

static void refused_package(const struct part *parts, const char *id)
{
	auto_arena a = arena_new(64 << 20);
	refused(package(a, parts), id);
}

/* The item is left out for this reason, the package is read. */
static void refused_item(const char *text, const char *id)
{
	struct items t;
	items_init(&t);
	const struct part parts[] = {{"imsmanifest.xml", MANIFEST(ITEM("i", "i.xml"))},
		{"i.xml", text}, {0}};
	read_ok(&t, qti_read, package(t.arena, parts));
	assert_int_equal(t.sheet.n_entries, 0);
	assert_int_equal(t.sheet.n_remarks, 1);
	assert_string_equal(t.sheet.remarks[0].id, id);
	assert_true(t.sheet.remarks[0].is_refused);
	items_fini(&t);
}

static void hostile_xml(void **state)
{
	(void)state;
	refused_item("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><assessmentItem>&a;"
		"</assessmentItem>", "exchange.xml_doctype");
	refused_item("<html/>", "exchange.not_item");
	refused_item("not xml", "exchange.xml_broken");
	refused_item(BODY("i", DECL("single", "identifier", "<value>Z</value>"),
		"<choiceInteraction responseIdentifier=\"RESPONSE\"><simpleChoice identifier=\"A\">"
		"x"
		"</simpleChoice></choiceInteraction>", ""), "exchange.key_wrong");
	const struct part no_manifest[] = {{"a.xml", "<a/>"}, {0}};
	const struct part no_items[] = {{"imsmanifest.xml", MANIFEST("")}, {0}};
	refused_package(no_manifest, "exchange.no_manifest");
	refused_package(no_items, "exchange.no_items");
}

/* A file of 200 KB makes six megabytes of elements, and a package may have thousands of files. */
static void files_that_swell(void **state)
{
	(void)state;
	struct items t = {.arena = arena_new(16 << 20)};
	struct item_sheet *sheet = &t.sheet;
	auto_buf text;
	buf_init(&text, 1 << 20);
	buf_puts(&text, "<html>");
	for (int i = 0; i < 60000; i++)
		buf_puts(&text, "<x/>");
	buf_puts(&text, "</html>");
	const struct part parts[] = {{"imsmanifest.xml", MANIFEST(ITEM("a", "a.xml")
		ITEM("b", "b.xml") ITEM("c", "c.xml") ITEM("d", "d.xml"))},
		{"a.xml", buf_z(&text)}, {"b.xml", buf_z(&text)}, {"c.xml", buf_z(&text)},
		{"d.xml", buf_z(&text)}, {0}};
	t.cx.arena = t.arena;
	item_sheet_init(sheet, t.arena);
	read_ok(&t, qti_read, package(t.arena, parts));
	assert_int_equal(sheet->n_remarks, 3);
	assert_string_equal(sheet->remarks[1].id, "exchange.not_item");
	assert_string_equal(sheet->remarks[2].id, "exchange.items_many");
	assert_string_equal(sheet->remarks[2].name, "c");
	items_fini(&t);
}

static void tricks_of_paths(void **state)
{
	(void)state;
	const struct part up[] = {{"imsmanifest.xml", MANIFEST("")}, {"../../etc/x", "x"}, {0}};
	const struct part absolute[] = {{"imsmanifest.xml", MANIFEST("")}, {"/etc/x", "x"}, {0}};
	const struct part back[] = {{"imsmanifest.xml", MANIFEST("")}, {"a\\..\\b", "x"}, {0}};
	refused_package(up, "exchange.zip_path");
	refused_package(absolute, "exchange.zip_path");
	refused_package(back, "exchange.zip_path");
	struct items t;
	items_init(&t);
	const struct part out[] = {{"imsmanifest.xml", MANIFEST(ITEM("a", "../../x.xml")
		ITEM("b", "file:///etc/passwd") ITEM("c", "c.xml"))}, {"c.xml", BODY("c",
		DECL("single", "string", "<value>v</value>"),
		"<p>x<img src=\"../../../etc/passwd\"/>"
		"<img src=\"http://127.0.0.1/x.png\"/></p><p><textEntryInteraction "
		"responseIdentifier=\"RESPONSE\"/></p>", "")}, {0}};
	read_ok(&t, qti_read, package(t.arena, out));
	assert_int_equal(t.sheet.n_entries, 1);
	assert_int_equal(t.sheet.entries[0]->content.n_assets, 0);
	assert_true(has_remark(&t.sheet, "exchange.path_out", NULL));
	assert_true(has_remark(&t.sheet, "exchange.picture_lost", "c"));
	items_fini(&t);
}

/* A zip by libzip itself, with what pack.h does not make. */
static struct str zip_with(struct arena *a, void (*spoil)(zip_t *zip))
{
	zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, NULL);
	zip_stat_t st;
	zip_source_keep(target);
	zip_file_add(zip, "imsmanifest.xml", zip_source_buffer(zip, "<manifest/>", 11, 0), 0);
	spoil(zip);
	assert_int_equal(zip_close(zip), 0);
	assert_int_equal(zip_source_stat(target, &st), 0);
	char *bytes = arena_alloc(a, st.size);
	zip_source_open(target);
	zip_source_read(target, bytes, st.size);
	zip_source_close(target);
	zip_source_free(target);
	return (struct str){bytes, st.size};
}

static void add_link(zip_t *zip)
{
	zip_int64_t i = zip_file_add(zip, "l", zip_source_buffer(zip, "/etc/passwd", 11, 0), 0);
	zip_file_set_external_attributes(zip, (zip_uint64_t)i, 0, ZIP_OPSYS_UNIX,
		(zip_uint32_t)0120777 << 16);
}

static void add_encrypted(zip_t *zip)
{
	zip_int64_t i = zip_file_add(zip, "e", zip_source_buffer(zip, "x", 1, 0), 0);
	zip_file_set_encryption(zip, (zip_uint64_t)i, ZIP_EM_AES_256, "secret");
}

static void add_many(zip_t *zip)
{
	for (int i = 0; i < 25001; i++) {
		char name[16];
		snprintf(name, sizeof name, "%d", i);
		zip_file_add(zip, name, zip_source_buffer(zip, "", 0, 0), 0);
	}
}

/* 64 MiB of blanks. */
static void add_bomb(zip_t *zip)
{
	static char blanks[64 << 20];
	memset(blanks, ' ', sizeof blanks);
	zip_delete(zip, 0);
	zip_file_add(zip, "imsmanifest.xml", zip_source_buffer(zip, blanks, sizeof blanks, 0),
		ZIP_FL_OVERWRITE);
}

/* The second of two names becomes the first's. */
static struct str with_twice(struct arena *a)
{
	const struct part parts[] = {{"imsmanifest.xml", MANIFEST("")}, {"aaaa", "1"},
		{"bbbb", "2"}, {0}};
	struct str s = package(a, parts);
	char *bytes = arena_copy(a, s.p, s.n);
	for (size_t i = 0; i + 4 <= s.n; i++)
		if (memcmp(bytes + i, "bbbb", 4) == 0)
			memcpy(bytes + i, "aaaa", 4);
	return (struct str){bytes, s.n};
}

static void hostile_zip(void **state)
{
	(void)state;
	auto_arena a = arena_new(512 << 20);
	refused(zip_with(a, add_link), "exchange.zip_link");
	refused(zip_with(a, add_encrypted), "exchange.zip_encrypted");
	refused(zip_with(a, add_many), "exchange.zip_many");
	refused(zip_with(a, add_bomb), "exchange.zip_bomb");
	refused(with_twice(a), "exchange.zip_twice");
	struct str whole = package(a, guide);
	refused((struct str){whole.p, whole.n / 2}, "exchange.zip_broken");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_2_1), cmocka_unit_test(stimuli_are_known_by_path),
			cmocka_unit_test(hostile_xml), cmocka_unit_test(files_that_swell),
		cmocka_unit_test(tricks_of_paths), cmocka_unit_test(hostile_zip),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
