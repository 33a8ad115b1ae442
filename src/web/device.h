/* What a browser calls itself, in words that its owner knows the device by. */
#ifndef LUBAN_WEB_DEVICE_H
#define LUBAN_WEB_DEVICE_H

#include "base/arena.h"

/* "安卓手机 · 微信" of a User-Agent; what says nothing of the kind as it stands, "未知设备" when
 * empty. */
const char *device_name(struct arena *a, const char *agent);

#endif
