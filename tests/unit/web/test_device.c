#include "web/device.h"

#include "support.h"

enum { MEMORY = 1024 * 1024 };

static void called(struct arena *a, const char *agent, const char *name)
{
	assert_string_equal(device_name(a, agent), name);
}

/* As these browsers really call themselves. */
static void owners_know_their_devices(void **state)
{
	(void)state;
	struct arena *a = arena_new(MEMORY);
	called(a, "Mozilla/5.0 (Linux; Android 13; V2285A Build/TP1A.220624.014; wv) AppleWebKit/"
		"537.36 "
		"(KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/"
		"1160117 "
		"MMWEBSDK/20240404 MicroMessenger/8.0.49.2600(0x28003133)", "安卓手机 · 微信");
	called(a, "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 ("
		"KHTML, "
		"like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", "苹果手机 · Safari");
	called(a, "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) "
		"Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile", "鸿蒙手机 · 华为浏览器");
	called(a, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
		" "
		"Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Windows 电脑 · Edge");
	called(a, "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
		"Linux 电脑 · Firefox");
	called(a, "Mozilla/5.0 (Linux; Android 12; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) "
		"Chrome/126.0.0.0 Safari/537.36", "安卓平板 · Chrome");
	called(a, "curl/8.5.0", "curl/8.5.0");
	called(a, "", "未知设备");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(owners_know_their_devices)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
