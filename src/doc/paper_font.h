/* A font for paper that has the characters Chinese texts are made of, and not the sixty thousand
 * glyphs of the one it is cut from: what cairo does for every document (reading the font's tables,
 * cutting out what was used) takes as long as the font is large. The rest of the characters come
 * from the large one, which styles name second: font-family="Luban Serif, Noto Serif CJK SC". */
#ifndef LUBAN_DOC_PAPER_FONT_H
#define LUBAN_DOC_PAPER_FONT_H

/* Makes "Luban Serif", regular and bold, out of the installed Noto Serif CJK SC and tells
 * fontconfig; once in a process, before any text is set. Without that font nothing is made, and
 * what styles name second is used. */
void paper_font_prepare(void);

#endif
