package circuitscope.probes.model;

/** How attention and MLP write into the residual stream x. */
public enum ResidualWiring {
  /** mid = x + attn(ln1 x); out = mid + mlp(ln2 mid). */
  SEQUENTIAL,
  /** mid = ln1 x + attn(ln1 x); out = ln2 mid + mlp(ln2 mid): the stream is the norm's output. */
  SEQUENTIAL_FROM_NORM,
  /** mid = ln1(x + attn x); out = ln2(mid + mlp mid): the original transformer's order. */
  NORM_AFTER_ADD,
  /** out = x + attn(ln1 x) + mlp(ln2 x). */
  PARALLEL,
  /** out = x + attn(ln1 x) + mlp(ln1 x). */
  PARALLEL_SHARED_NORM;

  public boolean parallel() {
    return this == PARALLEL || this == PARALLEL_SHARED_NORM;
  }

  /** Whether {@code resid_post = resid_pre + attn_out + mlp_out} holds. */
  public boolean additive() {
    return this == SEQUENTIAL || parallel();
  }
}
