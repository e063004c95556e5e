// The catalogue. Prices are in euro cents, so that sums are exact.

export const currency = 'EUR';

export const categories = [
  { id: 'camp', label: 'Camp' },
  { id: 'carry', label: 'Carry' },
  { id: 'find', label: 'Find' },
  { id: 'wear', label: 'Wear' },
];

/** @typedef {{ id: string, name: string, category: string, priceCents: number, tone: string, line: string,
 *  story: string, facts: [string, string][] }} Product */

/** @type {Product[]} */
export const products = [
  {
    id: 'enamel-mug',
    name: 'Enamel mug',
    category: 'camp',
    priceCents: 1650,
    tone: 'sky',
    line: 'Coffee, soup, and a hand warmer.',
    story: 'Steel, dipped twice in enamel and fired. It chips where you drop it, and that is how you know it is yours.',
    facts: [
      ['Holds', '350 ml'],
      ['Weight', '140 g'],
      ['Care', 'Fire, dishwasher, river'],
    ],
  },
  {
    id: 'brass-compass',
    name: 'Brass compass',
    category: 'find',
    priceCents: 5400,
    tone: 'sand',
    line: 'Points north. Never asks where you are.',
    story: 'A damped needle in a turned brass case. It needs no signal, no battery and no permission.',
    facts: [
      ['Width', '54 mm'],
      ['Weight', '92 g'],
      ['Accuracy', 'Within 2 degrees'],
    ],
  },
  {
    id: 'ridge-tent',
    name: 'Ridge tent',
    category: 'camp',
    priceCents: 28900,
    tone: 'moss',
    line: 'Two poles, two people, any weather.',
    story: 'The oldest shape there is, in a cloth that breathes. It stands in six minutes and comes down in three.',
    facts: [
      ['Sleeps', 'Two'],
      ['Weight', '2.4 kg'],
      ['Cloth', 'Cotton and recycled polyester'],
    ],
  },
  {
    id: 'canvas-rucksack',
    name: 'Canvas rucksack',
    category: 'carry',
    priceCents: 14500,
    tone: 'clay',
    line: 'Room for the day and for what you find.',
    story: 'Waxed canvas, bridle leather, one big pocket and two small ones. We mend it for as long as you carry it.',
    facts: [
      ['Holds', '24 litres'],
      ['Weight', '1.1 kg'],
      ['Repairs', 'Free, always'],
    ],
  },
  {
    id: 'storm-lantern',
    name: 'Storm lantern',
    category: 'camp',
    priceCents: 4200,
    tone: 'dusk',
    line: 'A light that the wind cannot find.',
    story:
      'The flame sits behind glass, and the air reaches it by way of the handle. Burns for twenty hours on one filling.',
    facts: [
      ['Height', '27 cm'],
      ['Burns', '20 hours'],
      ['Fuel', 'Paraffin or rapeseed oil'],
    ],
  },
  {
    id: 'trail-boots',
    name: 'Trail boots',
    category: 'wear',
    priceCents: 21900,
    tone: 'sand',
    line: 'Resoled twice by now, if ours are a guide.',
    story: 'Full-grain leather on a sole that can be changed. They take a week to know you, and then they do.',
    facts: [
      ['Weight', '640 g each'],
      ['Sole', 'Stitched, replaceable'],
      ['Sizes', '36 to 47'],
    ],
  },
  {
    id: 'steel-flask',
    name: 'Steel flask',
    category: 'carry',
    priceCents: 3800,
    tone: 'moss',
    line: 'Hot until the hut, and after.',
    story: 'Two walls of steel with nothing between them. Tea poured at six in the morning still steams at the summit.',
    facts: [
      ['Holds', '750 ml'],
      ['Weight', '360 g'],
      ['Keeps', '12 hours hot, 24 cold'],
    ],
  },
  {
    id: 'wool-beanie',
    name: 'Wool beanie',
    category: 'wear',
    priceCents: 2900,
    tone: 'dusk',
    line: 'From sheep that have met the weather.',
    story: 'Undyed and dyed wool, knitted in one piece. It stays warm when it is wet.',
    facts: [
      ['Wool', '100 % merino'],
      ['Weight', '68 g'],
      ['Care', 'Air it, rarely wash it'],
    ],
  },
  {
    id: 'contour-map',
    name: 'Contour map',
    category: 'find',
    priceCents: 1200,
    tone: 'sky',
    line: 'Every path, and how steep it is.',
    story: 'Printed on paper made of stone, so that rain runs off. Folds flat, folds back, and fits the rucksack.',
    facts: [
      ['Scale', '1 : 25 000'],
      ['Size', '98 × 70 cm'],
      ['Paper', 'Waterproof'],
    ],
  },
  {
    id: 'field-notebook',
    name: 'Field notebook',
    category: 'find',
    priceCents: 950,
    tone: 'clay',
    line: 'It remembers only what you write.',
    story: 'Sewn pages that lie flat, a cover that survives a pocket, and a loop for the pencil.',
    facts: [
      ['Pages', '96, dotted'],
      ['Size', '9 × 14 cm'],
      ['Paper', 'Takes pencil in the rain'],
    ],
  },
  {
    id: 'camp-kettle',
    name: 'Camp kettle',
    category: 'camp',
    priceCents: 4600,
    tone: 'sand',
    line: 'Boils before the argument ends.',
    story: 'A wide base for a small flame. The lid stays on when you pour, and the handle stays cool.',
    facts: [
      ['Holds', '1.2 litres'],
      ['Weight', '280 g'],
      ['Boils in', '5 minutes'],
    ],
  },
  {
    id: 'check-blanket',
    name: 'Check blanket',
    category: 'wear',
    priceCents: 8900,
    tone: 'moss',
    line: 'For the grass, the tent, and the sofa after.',
    story: 'Woven from recycled wool in a mill that has run on its own stream since 1838.',
    facts: [
      ['Size', '140 × 190 cm'],
      ['Weight', '1.2 kg'],
      ['Wool', 'Recycled'],
    ],
  },
];

/** The product of that id, or undefined. */
export function productById(id) {
  return products.find((product) => product.id === id);
}

const money = new Intl.NumberFormat('en-IE', { style: 'currency', currency });

/** An amount in cents as people write it: 1650 is "€16.50". */
export function priceText(cents) {
  return money.format(cents / 100);
}
