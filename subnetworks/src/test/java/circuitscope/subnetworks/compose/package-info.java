@NullMarked
package circuitscope.subnetworks.compose;

import org.jspecify.annotations.NullMarked;
