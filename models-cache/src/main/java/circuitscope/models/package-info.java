@NullMarked
package circuitscope.models;

import org.jspecify.annotations.NullMarked;
