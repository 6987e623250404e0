/** Plain, easily told apart words for generated passphrases. */
export const words = `
acorn amber anchor apple apron arrow autumn bagel bamboo banjo barley basin basket beacon berry birch biscuit blanket
blossom bottle breeze brick bridge bronze brook brush bucket butter button cabin cactus camera candle canoe canvas
carpet carrot castle cedar cello cherry chimney cider clover cobalt coconut comet copper coral cotton cradle crane
crayon cricket crystal curtain daisy dancer denim desert dolphin domino donkey dragon drum eagle easel echo elbow
ember engine fabric falcon feather fennel ferry fiddle finch flannel flute forest fossil fountain galaxy garden garlic
garnet ginger glacier goblet granite grape guitar hammer harbor harvest hazel helmet heron hickory honey horizon igloo
indigo island ivory jacket jasmine jigsaw juniper kayak kernel kettle kitten koala ladder lagoon lantern laurel lemon
lentil lilac linen lobster lotus magnet mango maple marble meadow melon mineral mirror mitten mosaic mountain muffin
mustard napkin nectar needle nickel nutmeg oasis oatmeal ocean olive onion opal orbit orchard otter oyster paddle
panda papaya parade parrot pasture peach pebble pencil pepper piano pickle pigeon pillow planet plum pocket polar pond
poppy potato prairie prism puzzle quartz quill rabbit radish raisin ribbon river robin rocket saddle saffron salmon
sandal satin scarf season shadow shelter silver sparrow spinach spruce squash stable statue summit sunset tangle
teapot thimble thistle thunder tiger timber toffee tomato topaz tractor trumpet tulip tunnel turtle umbrella valley
vanilla velvet village violet violin waffle wagon walnut walrus willow window winter wizard yogurt zebra zipper
`
  .trim()
  .split(/\s+/)
