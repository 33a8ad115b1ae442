// Before the first paint: the visitor's choice of dark colours and large type. Loaded in the head, not deferred.
(function () {
	const root = document.documentElement;
	const has = (name) => document.cookie.split('; ').includes(name + '=1');
	root.classList.add('js');
	if (has('dark')) root.setAttribute('data-bs-theme', 'dark');
	if (has('large')) root.setAttribute('data-type', 'large');
})();
