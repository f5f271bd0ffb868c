import { randomInt } from 'node:crypto'

/** Short, concrete, hard to mishear; no two begin with the same four letters. 256 of them: 8 bits each. */
const words = `
acorn actor admiral agate album almond alpine amber anchor angle apple apron arch arrow aspen atlas
autumn badge bagel baker balcony bamboo banjo barley basil beacon beaver bench berry birch bishop blanket
blossom bonnet border bottle boulder branch brass bread brick bridge bronze brook bucket button cabin cactus
camel candle canoe canvas carbon carpet castle cedar cello chalk cherry chess chimney cider cinnamon circle
clover cobalt coconut comet compass copper coral corner cotton cradle crane crayon creek cricket crystal curtain
daisy dancer delta desert diamond dolphin donkey dragon drawer drum eagle easel echo eclipse elbow ember
emerald engine falcon fiddle field finch flame flute forest fossil fountain fresco frost galaxy garden garlic
gazelle ginger glacier glove golden granite grape gravel guitar hammer harbor harvest hazel hedge heron hickory
honey horizon iceberg igloo indigo island ivory jacket jaguar jasmine jelly jigsaw jungle juniper kayak kernel
kettle kitten ladder lagoon lantern laurel lava lemon lentil lilac linen lizard lobster locket lotus lumber
magnet maple marble market meadow melon meteor mint mirror mitten monsoon morning mosaic mountain muffin mustard
napkin nectar needle nickel nutmeg oasis ocean olive onyx opal orange orbit orchard otter oyster paddle
palace panda paper parsley peach pebble pencil pepper piano pigeon pilot pine planet plum pocket pollen
pony poppy potter prairie prism pumpkin quartz quilt rabbit radish rain ranch raven reed ribbon ridge
river robin rocket rose ruby saddle saffron sail salmon sand sapphire satin school seal shadow shell
shore silver sketch slate spiral spruce stone sugar summer sunset swallow teapot tulip velvet walnut willow
`
  .trim()
  .split(/\s+/)

/** The words a passphrase is drawn from. */
export const passphraseWords: readonly string[] = words

/** Four random words, joined by hyphens: 32 bits, enough behind a limit of five tries a minute. */
export function makePassphrase(): string {
  return Array.from({ length: 4 }, () => words[randomInt(words.length)]).join('-')
}
