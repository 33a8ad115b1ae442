/* QTI packages. The first byte says what the rest is: '0' a whole file, '1' to '4' one part of a
 * sound one (item, manifest, test, stimulus), so that the checksums of zip do not stand between the
 * fuzzer and the readers. */
#include "items.h"

#include "doc/pack.h"

static const char *const paths[] = {"items/a.xml", "imsmanifest.xml", "test.xml", "s.xml"};
static const char *const texts[] = {
	("<qti-assessment-item identifier=\"a\" title=\"a\"><qti-response-declaration "
	"identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"float\"><qti-correct-response>"
	"<qti-value>1</qti-value></qti-correct-response></qti-response-declaration>"
	"<qti-assessment-stimulus-ref identifier=\"S\" href=\"../s.xml\"/><qti-item-body><p>"
	"<qti-text-entry-interaction response-identifier=\"RESPONSE\"/></p></qti-item-body>"
	"</qti-assessment-item>"),
	("<manifest><resources><resource type=\"imsqti_item_xmlv3p0\" href=\"items/a.xml\"/>"
	"<resource type=\"imsqti_test_xmlv3p0\" href=\"test.xml\"/></resources></manifest>"),
	("<qti-assessment-test><qti-test-part><qti-assessment-section title=\"x\">"
	"<qti-assessment-item-ref href=\"items/a.xml\"/></qti-assessment-section></qti-test-part>"
	"</qti-assessment-test>"),
	("<qti-assessment-stimulus title=\"m\"><qti-stimulus-body><p>m</p></qti-stimulus-body>"
	"</qti-assessment-stimulus>"),
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1 || size > 32 * 1024 || data[0] < '0' || data[0] > '4')
		return -1;
	auto_arena a = arena_new(64 << 20);
	struct str bytes = {(const char *)data + 1, size - 1};
	struct pack *p;
	if (data[0] != '0') {
		must(pack_new(1795305600, &p) == 0);
		for (int i = 0; i < 4; i++)
			must(pack_put(p, paths[i], data[0] - '1' == i ? bytes :
				str_of(texts[i])) == 0);
		must(pack_finish(p, a, &bytes) == 0);
	}
	fuzz_read(qti_read, bytes);
	return 0;
}
