// The pictures: one drawing a product, and the landscape of the first page. Drawn here, so nothing is fetched.
// Colours with a class follow the colour scheme (styles/product.css and styles/catalogue.css); those of the things themselves do not change.

const ground = '<ellipse class="art-shadow" cx="120" cy="206" rx="78" ry="9"/>';

const drawings = {
  'enamel-mug': `${ground}
    <path d="M166 104h18c16 0 26 11 26 29s-12 31-30 31h-16" fill="none" stroke="#2f4f6b" stroke-width="13" stroke-linecap="round"/>
    <path d="M58 84h116v98c0 13-9 22-22 22H80c-13 0-22-9-22-22z" fill="#f8f5ec"/>
    <path d="M140 84h34v98c0 13-9 22-22 22h-24c8-4 12-12 12-22z" fill="#e2ddcf"/>
    <ellipse cx="116" cy="84" rx="60" ry="13" fill="#2f4f6b"/>
    <ellipse cx="116" cy="85" rx="50" ry="8.5" fill="#5b3a26"/>
    <path d="M72 166l22-34 14 19 13-24 28 39z" fill="#2f4f6b"/>
    <path d="M121 127l-7 13 8-3 6 5z" fill="#f8f5ec"/>
    <path d="M96 60c-8-10 8-16 0-28M118 56c-8-10 8-16 0-28M140 60c-8-10 8-16 0-28" class="art-steam" fill="none" stroke-width="4" stroke-linecap="round"/>`,
  'brass-compass': `${ground}
    <path d="M108 30a12 12 0 1 1 24 0v12h-24z" fill="none" stroke="#a97c2c" stroke-width="7"/>
    <rect x="107" y="38" width="26" height="14" rx="4" fill="#8c6420"/>
    <circle cx="120" cy="126" r="78" fill="#c9973d"/>
    <path d="M120 48a78 78 0 0 1 0 156z" fill="#b58430"/>
    <circle cx="120" cy="126" r="63" fill="#f8f2e2"/>
    <g fill="none" stroke="#5a4a30" stroke-width="3" stroke-linecap="round">
      <path d="M120 71v10M120 171v10M65 126h10M165 126h10"/>
      <path d="M81 87l6 6M153 159l6 6M159 87l-6 6M87 159l-6 6" opacity=".5"/>
    </g>
    <g transform="rotate(28 120 126)">
      <path d="M120 78l12 48h-24z" fill="#b8401f"/>
      <path d="M120 174l12-48h-24z" fill="#33443b"/>
      <path d="M120 78v48h-12zM120 174v-48h12z" fill="#000" opacity=".14"/>
    </g>
    <circle cx="120" cy="126" r="6" fill="#c9973d"/><circle cx="120" cy="126" r="2.5" fill="#5a4a30"/>`,
  'ridge-tent': `<ellipse class="art-shadow" cx="120" cy="196" rx="104" ry="10"/>
    <path d="M46 78L14 194M194 78l32 116" class="art-line" fill="none" stroke-width="2.5"/>
    <path d="M58 66h112l48 128H104z" fill="#dd8b3a"/>
    <path d="M58 66l46 128H22z" fill="#f0a755"/>
    <path d="M58 66l25 128H34z" fill="#3b2c20"/>
    <path d="M58 66l-24 128H22z" fill="#f6bd78"/>
    <path d="M58 66l46 128H83z" fill="#f6bd78"/>
    <path d="M58 66h112l6 16H64z" fill="#c5752b"/>
    <path d="M58 58v14M170 58v14" stroke="#4c3a2b" stroke-width="5" stroke-linecap="round"/>
    <path d="M58 194v-46" stroke="#6b5138" stroke-width="4"/>
    <path d="M128 112h30l8 24h-29z" fill="#c5752b" opacity=".6"/>`,
  'canvas-rucksack': `${ground}
    <path d="M98 44c0-22 44-22 44 0" fill="none" stroke="#6d3f22" stroke-width="8" stroke-linecap="round"/>
    <rect x="46" y="118" width="26" height="66" rx="12" fill="#4d6145"/>
    <rect x="168" y="118" width="26" height="66" rx="12" fill="#4d6145"/>
    <path d="M64 84c0-26 18-42 56-42s56 16 56 42v98c0 14-8 22-22 22H86c-14 0-22-8-22-22z" fill="#6a8060"/>
    <path d="M148 46c18 6 28 19 28 38v98c0 14-8 22-22 22h-20c10-4 14-12 14-22z" fill="#5a7051"/>
    <path d="M60 82c2-26 22-42 60-42s58 16 60 42c0 22-14 34-60 34S60 104 60 82z" fill="#556a4c"/>
    <rect x="78" y="136" width="84" height="54" rx="10" fill="#7c9270"/>
    <path d="M78 148c0-8 4-12 12-12h60c8 0 12 4 12 12v6H78z" fill="#66795b"/>
    <g fill="#8a5330"><rect x="88" y="92" width="11" height="42" rx="3"/><rect x="141" y="92" width="11" height="42" rx="3"/><rect x="114" y="140" width="12" height="28" rx="3"/></g>
    <g fill="#e0b25c"><rect x="86" y="114" width="15" height="11" rx="2.5"/><rect x="139" y="114" width="15" height="11" rx="2.5"/><circle cx="120" cy="162" r="3.5"/></g>`,
  'storm-lantern': `${ground}
    <circle cx="120" cy="124" r="66" fill="#ffd98a" opacity=".28"/>
    <path d="M76 62c0-56 88-56 88 0" fill="none" stroke="#5d6a6e" stroke-width="5"/>
    <path d="M78 70v104M162 70v104" stroke="#8f2f1c" stroke-width="9" stroke-linecap="round"/>
    <rect x="100" y="42" width="40" height="16" rx="6" fill="#8f2f1c"/>
    <path d="M86 76c0-12 14-20 34-20s34 8 34 20z" fill="#b8401f"/>
    <path d="M94 76h52c10 22 12 54 0 78H94c-12-24-10-56 0-78z" fill="#fdf3d6" opacity=".92"/>
    <path d="M120 96c14 18 16 26 16 34a16 16 0 0 1-32 0c0-8 2-16 16-34z" fill="#f09a2e"/>
    <path d="M120 116c7 9 8 13 8 17a8 8 0 0 1-16 0c0-4 1-8 8-17z" fill="#fff3c4"/>
    <path d="M87 104h66M87 130h66" stroke="#5d6a6e" stroke-width="3" opacity=".55"/>
    <rect x="90" y="150" width="60" height="12" rx="5" fill="#8f2f1c"/>
    <path d="M72 170c0-6 5-10 12-10h72c7 0 12 4 12 10l6 24c2 8-3 12-10 12H76c-7 0-12-4-10-12z" fill="#b8401f"/>
    <path d="M140 160h16c7 0 12 4 12 10l6 24c2 8-3 12-10 12h-24z" fill="#8f2f1c" opacity=".55"/>
    <circle cx="158" cy="182" r="7" fill="#e0b25c"/>`,
  'trail-boots': `<ellipse class="art-shadow" cx="122" cy="200" rx="96" ry="9"/>
    <path d="M84 44h56c5 0 8 3 8 8v50c12 16 30 22 46 28 15 5 22 16 22 32v14H72c-4-26-2-48 2-70 3-18 2-36 2-52 0-6 3-10 8-10z" fill="#9a6236"/>
    <path d="M148 102c12 16 30 22 46 28 15 5 22 16 22 32v4h-52c-4-22-12-38-30-48z" fill="#83512b"/>
    <path d="M74 106c-4 22-6 44-2 70h30c-10-26-12-48-6-74z" fill="#83512b"/>
    <path d="M82 42h60c6 0 8 4 8 9s-2 9-8 9H80c-6 0-8-4-8-9s4-9 10-9z" fill="#5c3a20"/>
    <path d="M118 60l30 2v40l14 14-28 10-16-26z" fill="#6f4526"/>
    <g stroke="#f0dcae" stroke-width="4.5" stroke-linecap="round"><path d="M116 72l30-4M117 88l31-4M120 104l30-6M130 119l26-11"/></g>
    <g fill="#e0b25c"><circle cx="116" cy="72" r="4"/><circle cx="117" cy="88" r="4"/><circle cx="120" cy="104" r="4"/><circle cx="130" cy="119" r="4"/></g>
    <path d="M70 172h146c4 0 6 3 6 7v4c0 4-2 6-6 6H72c-4 0-6-2-6-6v-5c0-4 1-6 4-6z" fill="#e8d9b8"/>
    <path d="M66 186h156v8c0 4-3 7-7 7h-13l-6-6-6 6h-14l-6-6-6 6h-38l-6-6-6 6H88l-6-6-6 6c-6 0-10-4-10-9z" fill="#b98a4e"/>`,
  'steel-flask': `${ground}
    <rect x="92" y="26" width="56" height="42" rx="9" fill="#3a4a44"/>
    <path d="M126 26h13c5 0 9 4 9 9v24c0 5-4 9-9 9h-13z" fill="#2c3934"/>
    <rect x="96" y="66" width="48" height="12" fill="#c3c9c6"/>
    <path d="M80 100c0-14 6-24 18-24h44c12 0 18 10 18 24v84c0 13-8 22-20 22h-40c-12 0-20-9-20-22z" fill="#2f6b50"/>
    <path d="M134 76h8c12 0 18 10 18 24v84c0 13-8 22-20 22h-12c8-4 12-12 12-22v-84c0-12-2-19-6-24z" fill="#24553f"/>
    <path d="M92 104c0-8 2-14 6-16v106c-4-3-6-8-6-14z" fill="#fff" opacity=".28"/>
    <rect x="80" y="176" width="80" height="11" fill="#c3c9c6"/>
    <g fill="#f7f3ea"><ellipse cx="120" cy="152" rx="19" ry="6.5"/><ellipse cx="118.5" cy="139.5" rx="13.5" ry="5.5"/><ellipse cx="121" cy="128.5" rx="9" ry="4.3"/><ellipse cx="120" cy="119.5" rx="5" ry="3.2"/></g>`,
  'wool-beanie': `<ellipse class="art-shadow" cx="120" cy="200" rx="82" ry="9"/>
    <circle cx="120" cy="46" r="22" fill="#f0e6d2"/>
    <path d="M102 40l8-12M112 30l8-8M130 30l8 6M138 44l6 8M106 58l-6 6" stroke="#d9cbb0" stroke-width="4" stroke-linecap="round"/>
    <path d="M50 150c0-58 28-90 70-90s70 32 70 90z" fill="#c2553a"/>
    <path d="M150 68c26 13 40 42 40 82h-40c4-34 3-60 0-82z" fill="#a4432b"/>
    <g fill="none" stroke="#8d3722" stroke-width="3" opacity=".5"><path d="M82 150c0-40 8-66 22-84M104 150c0-40 4-66 12-88M136 150c0-40-4-66-12-88M158 150c0-40-8-66-22-84"/></g>
    <path d="M56 118c40 10 88 10 128 0l4 16c-44 11-92 11-136 0z" fill="#f0e6d2"/>
    <path d="M66 126l8 6 8-5 8 6 8-5 8 6 8-6 6 6 8-6 8 5 8-6 8 5 8-6 8 5 8-6" fill="none" stroke="#2f4f6b" stroke-width="4"/>
    <rect x="42" y="146" width="156" height="48" rx="16" fill="#d96b4e"/>
    <path d="M158 146h24c9 0 16 7 16 16v16c0 9-7 16-16 16h-24z" fill="#c2553a"/>
    <g stroke="#a4432b" stroke-width="4" stroke-linecap="round" opacity=".6"><path d="M62 154v32M78 154v32M94 154v32M110 154v32M126 154v32M142 154v32M158 154v32M174 154v32"/></g>`,
  'contour-map': `<ellipse class="art-shadow" cx="120" cy="206" rx="92" ry="8"/>
    <path d="M26 56l62-14 64 16 62-16v144l-62 16-64-16-62 14z" fill="#f6efdc"/>
    <path d="M88 42l64 16v144l-64-16z" fill="#e7dec6"/>
    <g fill="none" stroke="#7c9a6c" stroke-width="3">
      <path d="M40 128c10-24 26-30 48-24s42 20 64 12 30-26 62-24"/>
      <path d="M34 104c16-22 34-28 54-22s44 22 64 14 34-26 62-26" opacity=".65"/>
      <path d="M36 152c14-24 30-30 52-24s46 18 64 10 28-22 62-18" opacity=".65"/>
    </g>
    <path d="M26 170c26-12 44-6 62 2s44 18 64 8 38-22 62-14v20l-62 16-64-16-62 14z" fill="#9cc3d4"/>
    <path d="M152 180c20-10 38-22 62-14v20l-62 16z" fill="#9cc3d4"/>
    <path d="M88 172c18 8 44 18 64 8v22l-64-16z" fill="#8ab3c6"/>
    <path d="M54 146c16-30 34-8 46-24s24-34 46-26 30-6 42-22" fill="none" stroke="#b8401f" stroke-width="4.5" stroke-dasharray="2 9" stroke-linecap="round"/>
    <path d="M189 36c13 0 22 9 22 21 0 15-22 35-22 35s-22-20-22-35c0-12 9-21 22-21z" fill="#b8401f"/>
    <circle cx="189" cy="57" r="8.5" fill="#f6efdc"/>`,
  'field-notebook': `${ground}
    <path d="M66 40h100c9 0 14 5 14 14v136c0 9-5 14-14 14H66z" fill="#efe6d0"/>
    <path d="M70 36h96c9 0 14 5 14 14v132c0 9-5 14-14 14H70z" fill="#fbf6e8"/>
    <path d="M60 46c0-9 5-14 14-14h86c9 0 14 5 14 14v132c0 9-5 14-14 14H74c-9 0-14-5-14-14z" fill="#9c4a30"/>
    <path d="M60 46c0-9 5-14 14-14h12v160H74c-9 0-14-5-14-14z" fill="#7d3822"/>
    <rect x="102" y="62" width="54" height="40" rx="5" fill="#fbf6e8"/>
    <path d="M112 76h34M112 88h22" stroke="#9c4a30" stroke-width="4" stroke-linecap="round"/>
    <path d="M150 32h9v160h-9z" fill="#33443b"/>
    <g transform="rotate(14 192 120)"><rect x="184" y="52" width="15" height="112" fill="#e0a53c"/><rect x="194" y="52" width="5" height="112" fill="#c58a28"/><path d="M184 164h15l-7.5 22z" fill="#f0d9ae"/><path d="M188.8 178h5.400l-2.7 8z" fill="#33302b"/><rect x="184" y="40" width="15" height="14" rx="3" fill="#c2553a"/></g>`,
  'camp-kettle': `${ground}
    <path d="M66 92c0-66 108-66 108 0" fill="none" stroke="#3a3f3d" stroke-width="8" stroke-linecap="round"/>
    <path d="M98 47c14-7 30-7 44 0" fill="none" stroke="#8a5330" stroke-width="13" stroke-linecap="round"/>
    <path d="M172 120c20-4 26-20 40-24l6 10c-14 8-16 34-44 46z" fill="#a9b3b1"/>
    <path d="M64 104c0-8 6-14 14-14h84c8 0 14 6 14 14l10 80c2 12-6 20-18 20H72c-12 0-20-8-18-20z" fill="#c3cbc8"/>
    <path d="M140 90h22c8 0 14 6 14 14l10 80c2 12-6 20-18 20h-30c10-4 13-12 12-22z" fill="#a9b3b1"/>
    <path d="M76 108c0-4 3-7 7-7h9l-8 90h-6c-7 0-11-4-10-11z" fill="#fff" opacity=".45"/>
    <path d="M80 92c4-14 20-22 40-22s36 8 40 22z" fill="#8d9896"/>
    <circle cx="120" cy="66" r="8" fill="#3a3f3d"/>
    <path d="M58 188h124c1 10-6 16-16 16H74c-10 0-17-6-16-16z" fill="#3a3f3d" opacity=".55"/>`,
  'check-blanket': `<ellipse class="art-shadow" cx="120" cy="204" rx="88" ry="9"/>
    <rect x="40" y="142" width="160" height="56" rx="16" fill="#8f2f1c"/>
    <rect x="36" y="100" width="168" height="58" rx="18" fill="#b8401f"/>
    <rect x="42" y="58" width="156" height="56" rx="18" fill="#c9573a"/>
    <g fill="#f7ead0" opacity=".85"><rect x="68" y="58" width="8" height="56"/><rect x="116" y="58" width="8" height="56"/><rect x="164" y="58" width="8" height="56"/><rect x="42" y="82" width="156" height="7"/></g>
    <g fill="#f7ead0" opacity=".7"><rect x="64" y="100" width="8" height="58"/><rect x="116" y="100" width="8" height="58"/><rect x="168" y="100" width="8" height="58"/><rect x="36" y="126" width="168" height="7"/></g>
    <g fill="#f7ead0" opacity=".5"><rect x="68" y="142" width="8" height="56"/><rect x="116" y="142" width="8" height="56"/><rect x="164" y="142" width="8" height="56"/><rect x="40" y="168" width="160" height="7"/></g>
    <g fill="#2b2a28" opacity=".3"><rect x="84" y="58" width="16" height="56"/><rect x="140" y="58" width="16" height="56"/><rect x="82" y="100" width="16" height="58"/><rect x="142" y="100" width="16" height="58"/><rect x="84" y="142" width="16" height="56"/><rect x="140" y="142" width="16" height="56"/></g>
    <path d="M52 196v12M66 198v12M80 198v12M94 198v12M108 198v12M122 198v12M136 198v12M150 198v12M164 198v12M178 198v12" stroke="#8f2f1c" stroke-width="4" stroke-linecap="round"/>`,
  cairn: `${ground}
    <path d="M52 184c2-18 30-24 68-24s66 6 68 24c1 12-22 20-68 20s-69-8-68-20z" fill="#7d8a84"/>
    <path d="M72 150c2-15 22-20 48-20s44 6 46 20c1 11-18 17-46 17s-49-6-48-17z" fill="#95a29b"/>
    <path d="M90 118c2-12 16-16 34-16s30 5 31 16c1 9-13 15-33 15s-33-6-32-15z" fill="#7d8a84"/>
    <path d="M102 92c1-9 10-13 20-13s19 4 19 13c0 8-8 12-20 12s-20-4-19-12z" fill="#a9b5ae"/>
    <path d="M111 70c1-6 6-9 12-9s10 3 10 9-5 10-11 10-11-4-11-10z" fill="#b8401f"/>`,
};

const landscape = `
  <rect class="sky" width="1200" height="480"/>
  <circle class="sun" cx="972" cy="176" r="62"/>
  <path class="hill-4" d="M0 300L140 210l90 60 170-140 120 100 90-50 150 110 130-80 150 70 160-60v260H0z"/>
  <path class="snow" d="M400 130l-46 38 26 8 18-14 26 22 16-18z"/>
  <path class="hill-3" d="M0 350c120-50 200-40 320-10s220 10 330-30 260-50 550 10v170H0z"/>
  <path class="hill-2" d="M0 410c160-60 300-40 460-10s260 0 380-40 220-40 360-20v150H0z"/>
  <path class="trail" d="M716 480c30-30 120-34 130-62s-70-32-54-56 90-26 104-46-20-26-4-42"/>
  <path class="hill-1" d="M0 460c140-40 300-34 420-14s160 24 290 34H0z"/>
  <path class="hill-1" d="M900 480c60-50 180-64 300-56v66H900z"/>
  <g class="pine"><path d="M1040 430l-26 0 26-64 26 64z"/><path d="M1040 392l-20 0 20-52 20 52z"/><path d="M1100 440l-32 0 32-84 32 84z"/><path d="M1100 392l-24 0 24-64 24 64z"/><path d="M1152 436l-24 0 24-60 24 60z"/><path d="M1152 402l-18 0 18-46 18 46z"/></g>
  <g class="stones"><ellipse cx="640" cy="452" rx="40" ry="13"/><ellipse cx="637" cy="431" rx="29" ry="11"/><ellipse cx="642" cy="413" rx="19" ry="9"/><ellipse cx="639" cy="398" rx="12" ry="7"/></g>
  <ellipse class="blaze" cx="640" cy="387" rx="7" ry="5"/>`;

const reader = new DOMParser();

/** A new drawing of that name as an SVG element, hidden from assistive technology: the text beside it says it all. */
export function picture(name) {
  const wide = name === 'landscape';
  const frame = wide ? 'viewBox="0 0 1200 480" preserveAspectRatio="xMaxYMax slice"' : 'viewBox="0 0 240 240"';
  const markup = `<svg xmlns="http://www.w3.org/2000/svg" ${frame} class="art${wide ? ' art-landscape' : ''}" aria-hidden="true" focusable="false">${wide ? landscape : drawings[name]}</svg>`;
  return document.importNode(reader.parseFromString(markup, 'image/svg+xml').documentElement, true);
}
