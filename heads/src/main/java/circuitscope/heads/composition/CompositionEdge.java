package circuitscope.heads.composition;

import circuitscope.probes.model.HeadName;

/**
 * One earlier head, one later head, one mode, beside {@link RotationNull}.
 *
 * @param score ‖L·R‖ / (‖L‖·‖R‖), 0 to 1
 * @param excess score minus 1/√dModel, which random rotation gives
 * @param z standard deviations, under random rotation, of the squared score above its expectation
 * @param chanceLow what 95 % of random rotations lie between
 */
public record CompositionEdge(
    HeadName earlier,
    HeadName later,
    CompositionMode mode,
    double score,
    double excess,
    double z,
    double chanceLow,
    double chanceHigh) {}
