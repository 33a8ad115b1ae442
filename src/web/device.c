#include "web/device.h"

#include <string.h>

#include "base/str.h"

struct sign {
	const char *has, *and_has, *name; /* and_has: NULL for none */
};

/* The first that fits: what stands later is also claimed by those before it. */
static const struct sign systems[] = {
	{"OpenHarmony", "Tablet", "鸿蒙平板"}, {"OpenHarmony", NULL, "鸿蒙手机"},
	{"HarmonyOS", NULL, "鸿蒙手机"}, {"iPhone", NULL, "苹果手机"}, {"iPad", NULL, "苹果平板"},
	{"Android", "Mobile", "安卓手机"}, {"Android", NULL, "安卓平板"},
	{"Windows", NULL, "Windows 电脑"}, {"Macintosh", NULL, "苹果电脑"},
	{"Linux", NULL, "Linux 电脑"}, {0},
};

static const struct sign browsers[] = {
	{"MicroMessenger", NULL, "微信"}, {"AlipayClient", NULL, "支付宝"},
	{"DingTalk", NULL, "钉钉"}, {"HuaweiBrowser", NULL, "华为浏览器"},
	{"ArkWeb", NULL, "华为浏览器"}, {"MiuiBrowser", NULL, "小米浏览器"},
	{"HeyTapBrowser", NULL, "OPPO 浏览器"}, {"VivoBrowser", NULL, "vivo 浏览器"},
	{"QQBrowser", NULL, "QQ 浏览器"}, {"UCBrowser", NULL, "UC 浏览器"},
	{"360SE", NULL, "360 浏览器"}, {"Edg", NULL, "Edge"}, {"Firefox", NULL, "Firefox"},
	{"Chrom", NULL, "Chrome"}, {"Safari", NULL, "Safari"}, {0},
};

static const char *name_in(const struct sign *signs, const char *agent)
{
	for (; signs->has; signs++)
		if (strstr(agent, signs->has) && (!signs->and_has
			|| strstr(agent, signs->and_has)))
			return signs->name;
	return NULL;
}

const char *device_name(struct arena *a, const char *agent)
{
	const char *system = name_in(systems, agent), *browser = name_in(browsers, agent);
	if (system && browser)
		return arena_printf(a, "%s · %s", system, browser);
	if (system || browser)
		return system ? system : browser;
	return is_blank(agent) ? "未知设备" : arena_dup(a, agent);
}
