// Writes regex_unicode_tables.hpp from what this Node knows of Unicode:
//   node native/plan/regex_unicode.mjs > native/plan/regex_unicode_tables.hpp
// Every table is a text of numbers, each in digits of base 45, the lowest first; a digit that another follows is
// 45 higher. Digits are written as the characters from '#' on, but a blank for the backslash and '!' for '?'.

const lastCodePoint = 0x10ffff;

// Long and short names; the properties of ECMA-262, tables 67 to 69. General categories that are unions of others are
// made in regex_unicode.cpp.
const categories = 'Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co Cn'.split(
  ' ',
);

const scripts = `Adlam Adlm;Ahom Ahom;Anatolian_Hieroglyphs Hluw;Arabic Arab;Armenian Armn;Avestan Avst;
Balinese Bali;Bamum Bamu;Bassa_Vah Bass;Batak Batk;Bengali Beng;Beria_Erfe Berf;Bhaiksuki Bhks;
Bopomofo Bopo;Brahmi Brah;Braille Brai;Buginese Bugi;Buhid Buhd;Canadian_Aboriginal Cans;
Carian Cari;Caucasian_Albanian Aghb;Chakma Cakm;Cham Cham;Cherokee Cher;Chorasmian Chrs;Common Zyyy;
Coptic Copt Qaac;Cuneiform Xsux;Cypriot Cprt;Cypro_Minoan Cpmn;Cyrillic Cyrl;Deseret Dsrt;
Devanagari Deva;Dives_Akuru Diak;Dogra Dogr;Duployan Dupl;Egyptian_Hieroglyphs Egyp;Elbasan Elba;
Elymaic Elym;Ethiopic Ethi;Garay Gara;Georgian Geor;Glagolitic Glag;Gothic Goth;Grantha Gran;
Greek Grek;Gujarati Gujr;Gunjala_Gondi Gong;Gurmukhi Guru;Gurung_Khema Gukh;Han Hani;Hangul Hang;
Hanifi_Rohingya Rohg;Hanunoo Hano;Hatran Hatr;Hebrew Hebr;Hiragana Hira;Imperial_Aramaic Armi;
Inherited Zinh Qaai;Inscriptional_Pahlavi Phli;Inscriptional_Parthian Prti;Javanese Java;
Kaithi Kthi;Kannada Knda;Katakana Kana;Kawi Kawi;Kayah_Li Kali;Kharoshthi Khar;
Khitan_Small_Script Kits;Khmer Khmr;Khojki Khoj;Khudawadi Sind;Kirat_Rai Krai;Lao Laoo;Latin Latn;
Lepcha Lepc;Limbu Limb;Linear_A Lina;Linear_B Linb;Lisu Lisu;Lycian Lyci;Lydian Lydi;Mahajani Mahj;
Makasar Maka;Malayalam Mlym;Mandaic Mand;Manichaean Mani;Marchen Marc;Masaram_Gondi Gonm;
Medefaidrin Medf;Meetei_Mayek Mtei;Mende_Kikakui Mend;Meroitic_Cursive Merc;
Meroitic_Hieroglyphs Mero;Miao Plrd;Modi Modi;Mongolian Mong;Mro Mroo;Multani Mult;Myanmar Mymr;
Nabataean Nbat;Nag_Mundari Nagm;Nandinagari Nand;New_Tai_Lue Talu;Newa Newa;Nko Nkoo;Nushu Nshu;
Nyiakeng_Puachue_Hmong Hmnp;Ogham Ogam;Ol_Chiki Olck;Ol_Onal Onao;Old_Hungarian Hung;
Old_Italic Ital;Old_North_Arabian Narb;Old_Permic Perm;Old_Persian Xpeo;Old_Sogdian Sogo;
Old_South_Arabian Sarb;Old_Turkic Orkh;Old_Uyghur Ougr;Oriya Orya;Osage Osge;Osmanya Osma;
Pahawh_Hmong Hmng;Palmyrene Palm;Pau_Cin_Hau Pauc;Phags_Pa Phag;Phoenician Phnx;
Psalter_Pahlavi Phlp;Rejang Rjng;Runic Runr;Samaritan Samr;Saurashtra Saur;Sharada Shrd;
Shavian Shaw;Siddham Sidd;Sidetic Sidt;SignWriting Sgnw;Sinhala Sinh;Sogdian Sogd;Sora_Sompeng Sora;
Soyombo Soyo;Sundanese Sund;Sunuwar Sunu;Syloti_Nagri Sylo;Syriac Syrc;Tagalog Tglg;Tagbanwa Tagb;
Tai_Le Tale;Tai_Tham Lana;Tai_Viet Tavt;Tai_Yo Tayo;Takri Takr;Tamil Taml;Tangsa Tnsa;Tangut Tang;
Telugu Telu;Thaana Thaa;Thai Thai;Tibetan Tibt;Tifinagh Tfng;Tirhuta Tirh;Todhri Todr;
Tolong_Siki Tols;Toto Toto;Tulu_Tigalari Tutg;Ugaritic Ugar;Unknown Zzzz;Vai Vaii;Vithkuqi Vith;
Wancho Wcho;Warang_Citi Wara;Yezidi Yezi;Yi Yiii;Zanabazar_Square Zanb`
  .split(/;\s*/)
  .map((names) => names.split(' '));

const binaries = `Alphabetic Alpha;ASCII_Hex_Digit AHex;Bidi_Control Bidi_C;Bidi_Mirrored Bidi_M;Case_Ignorable CI;
Cased;Changes_When_Casefolded CWCF;Changes_When_Casemapped CWCM;Changes_When_Lowercased CWL;
Changes_When_NFKC_Casefolded CWKCF;Changes_When_Titlecased CWT;Changes_When_Uppercased CWU;Dash;
Default_Ignorable_Code_Point DI;Deprecated Dep;Diacritic Dia;Emoji;Emoji_Component EComp;
Emoji_Modifier EMod;Emoji_Modifier_Base EBase;Emoji_Presentation EPres;
Extended_Pictographic ExtPict;Extender Ext;Grapheme_Base Gr_Base;Grapheme_Extend Gr_Ext;
Hex_Digit Hex;IDS_Binary_Operator IDSB;IDS_Trinary_Operator IDST;ID_Continue IDC;ID_Start IDS;
Ideographic Ideo;Join_Control Join_C;Logical_Order_Exception LOE;Lowercase Lower;Math;
Noncharacter_Code_Point NChar;Pattern_Syntax Pat_Syn;Pattern_White_Space Pat_WS;
Quotation_Mark QMark;Radical;Regional_Indicator RI;Sentence_Terminal STerm;Soft_Dotted SD;
Terminal_Punctuation Term;Unified_Ideograph UIdeo;Uppercase Upper;Variation_Selector VS;
White_Space space;XID_Continue XIDC;XID_Start XIDS`
  .split(/;\s*/)
  .map((names) => names.split(' '));

const membership = (property) => {
  const pattern = new RegExp(`^\\p{${property}}$`, 'u');
  const members = new Uint8Array(lastCodePoint + 1);
  for (let code = 0; code <= lastCodePoint; ++code) members[code] = pattern.test(String.fromCodePoint(code)) ? 1 : 0;
  return members;
};

// The property that each code point has, by its place in `properties`; exactly one, or this is an error.
const partition = (properties) => {
  const values = new Uint16Array(lastCodePoint + 1).fill(0xffff);
  properties.forEach((property, index) => {
    membership(property).forEach((is, code) => {
      if (!is) return;
      if (values[code] !== 0xffff) throw new Error(`two properties for ${code}`);
      values[code] = index;
    });
  });
  const orphan = values.indexOf(0xffff);
  if (orphan >= 0) throw new Error(`no property for U+${orphan.toString(16)}: a name is missing in this script`);
  return values;
};

const number = (value) => {
  let text = '';
  for (; ; value = Math.floor(value / 45)) {
    const digit = String.fromCharCode(35 + (value % 45) + (value >= 45 ? 45 : 0));
    text += digit === '\\' ? ' ' : digit === '?' ? '!' : digit;
    if (value < 45) return text;
  }
};

// [length, value] of each run of equal values.
const runs = (values) => {
  const result = [];
  let from = 0;
  for (let i = 1; i <= values.length; ++i) {
    if (i < values.length && values[i] === values[from]) continue;
    result.push([i - from, values[from]]);
    from = i;
  }
  return result;
};

// How many runs, and their lengths: outside, then inside, in turns.
const outsideAndInside = (members) => {
  const list = runs(members);
  if (members[0]) list.unshift([0, 0]);
  return (
    number(list.length - 1) +
    list
      .slice(0, -1)
      .map(([length]) => number(length))
      .join('')
  );
};

const lines = (text) => (text.match(/.{1,114}/g) ?? ['']).map((line) => `    "${line}"`).join('\n');
const constant = (name, text) => `inline constexpr char ${name}[] =\n${lines(text)};\n`;

const category = partition(categories.map((name) => `General_Category=${name}`));
const script = partition(scripts.map(([name]) => `Script=${name}`));

// Where a code point's script extensions are not its script alone: per script, gaps and lengths of the extensions that
// differ from Script=.
let extensions = '';
scripts.forEach(([name], index) => {
  const members = membership(`Script_Extensions=${name}`);
  extensions += outsideAndInside(members.map((is, code) => (is === Number(script[code] === index) ? 0 : 1)));
});

// Per property the one before it that it is most like (0 for none, else its place and 1), then the runs in which it
// differs from that one.
let binaryRuns = '';
const earlier = [new Uint8Array(lastCodePoint + 1)];
for (const [name] of binaries) {
  const members = membership(name);
  const choices = earlier.map(
    (base, index) => number(index) + outsideAndInside(members.map((is, code) => is ^ base[code])),
  );
  binaryRuns += choices.reduce((best, text) => (text.length < best.length ? text : best));
  earlier.push(members);
}

process.stdout.write(`// Made by regex_unicode.mjs; do not edit.
#pragma once

namespace waymark::plan::unicode_tables {

inline constexpr char version[] = "${process.versions.unicode}";

// In each list of names, names of one property stand together and properties are apart by ';'.
${constant('category_names', categories.join(';'))}
${constant('script_names', scripts.map((names) => names.join(' ')).join(';'))}
${constant('binary_names', binaries.map((names) => names.join(' ')).join(';'))}
// Runs of code points from 0 on: the length, then the place of the property in its list.
${constant(
  'category_runs',
  runs(category)
    .map(([length, value]) => number(length) + number(value))
    .join(''),
)}
${constant(
  'script_runs',
  runs(script)
    .map(([length, value]) => number(length) + number(value))
    .join(''),
)}
// For each script the number of runs, then their lengths: code points whose script and script extensions agree, then
// code points for which they do not, in turns.
${constant('script_extension_runs', extensions)}
// For each binary property: 0, or the place (from 1 on) of the property that it is like; the number of runs and their
// lengths: code points that are in both or none, then those that are in one of the two, in turns.
${constant('binary_runs', binaryRuns)}
}  // namespace waymark::plan::unicode_tables
`);
