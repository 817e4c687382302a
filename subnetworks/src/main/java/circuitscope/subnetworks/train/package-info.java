/** Training weight masks: soft masks on the device, targets, schedules, checkpoints. */
@NullMarked
package circuitscope.subnetworks.train;

import org.jspecify.annotations.NullMarked;
