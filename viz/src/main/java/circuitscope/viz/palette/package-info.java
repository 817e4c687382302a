/** Values to colours: published colour maps, linear, log and symlog scales, and the two themes. */
@NullMarked
package circuitscope.viz.palette;

import org.jspecify.annotations.NullMarked;
