"""The tiny reference models that make_goldens.py builds: one entry is one folder beside this file.

The folder's config.json (and config.alternate.json: the same model in the other generation of
config keys) is written by hand; the entry says how weights are stored and which config keys must
be seen to matter.
"""

from dataclasses import dataclass, field

DEFAULT_ROPE = {"rope_type": "default", "rope_theta": 10000.0}


@dataclass(frozen=True)
class Variant:
    name: str
    dtype: str = "float16"  # stored; the reference is computed in FP32 from the rounded weights
    strip: str = ""  # prefix left out of the stored names, as base-model checkpoints do
    buffers: str = ""  # family whose old stored mask and rotary buffers are added
    form: str = "safetensors"  # or "bin" (zip pickle), "bin-sharded"
    gain: float = 1.6  # of every projection: sharp but unsaturated patterns
    sdpa: bool = False  # transformers' SDPA path differs from its eager path: keep both
    switches: dict = field(default_factory=dict)  # config key -> other value that logits notice


VARIANTS = [
    Variant(
        "gpt2-layer-scale",
        dtype="float32",
        switches={
            "scale_attn_by_inverse_layer_idx": False,
            "scale_attn_weights": False,
            "activation_function": "gelu",
            "layer_norm_epsilon": 0.001,
        },
    ),
    Variant(
        "gpt2-unscaled-relu",
        gain=1.1,
        switches={"scale_attn_weights": True, "activation_function": "gelu_new"},
    ),
    Variant("gpt2-hub", dtype="float32", strip="transformer.", buffers="gpt2"),
    Variant(
        "gpt2-gelu-f64",
        dtype="float64",
        switches={"activation_function": "gelu_new", "layer_norm_epsilon": 1e-05},
    ),
    Variant(
        "gpt-neo-hub",
        dtype="bfloat16",
        buffers="gpt_neo",
        form="bin",
        gain=1.0,
        switches={"window_size": 4, "attention_types": [[["local", "global"], 1]]},
    ),
    Variant(
        "gpt-neo-gelu-untied",
        gain=1.0,
        switches={"activation_function": "gelu_new", "window_size": 4},
    ),
    Variant(
        "gpt-neox-pythia",
        buffers="gpt_neox",
        switches={
            "rotary_pct": 0.25,
            "rotary_emb_base": 10000,
            "use_parallel_residual": False,
            "hidden_act": "gelu_new",
        },
    ),
    Variant(
        "gpt-neox-no-bias-linear",
        switches={
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 10000.0,
                "partial_rotary_factor": 1.0,
            },
            "use_parallel_residual": True,
            "hidden_act": "gelu",
        },
    ),
    Variant("gpt-neox-absent-keys", switches={"rotary_pct": 0.5, "hidden_act": "relu"}),
    Variant("gptj-hub", buffers="gpt2", switches={"rotary_dim": 6, "activation_function": "gelu"}),
    Variant(
        "gptj-whole-head",
        dtype="float32",
        switches={"rotary_dim": 4, "activation_function": "gelu_new"},
    ),
    Variant("opt-350m", strip="model.", form="bin", switches={"activation_function": "gelu"}),
    Variant(
        "opt-no-bias", switches={"activation_function": "relu", "_remove_final_layer_norm": True}
    ),
    Variant("opt-no-final-norm"),
    Variant(
        "bloom-6-heads",
        switches={"apply_residual_connection_post_layernorm": False, "layer_norm_epsilon": 0.001},
    ),
    Variant(
        "bloom-hub",
        strip="transformer.",
        switches={"apply_residual_connection_post_layernorm": True},
    ),
    Variant("llama-biases-head-dim", switches={"rms_norm_eps": 1e-06, "hidden_act": "gelu"}),
    Variant("llama-1-hub", buffers="llama", form="bin"),
    Variant("yi", dtype="bfloat16", form="bin-sharded", switches={"rope_theta": 10000.0}),
    Variant("llama-3-tied", switches={"rope_scaling": None, "rope_theta": 10000.0}),
    Variant("llama-linear", switches={"rope_parameters": DEFAULT_ROPE}),
    Variant("llama-dynamic-beyond", switches={"rope_scaling": None}),
    Variant("llama-dynamic-within", switches={"rope_theta": 10000.0}),
    Variant("llama-yarn", switches={"rope_scaling": {"type": "linear", "factor": 4.0}}),
    Variant(
        "llama-yarn-mscale",
        switches={
            "rope_parameters": {
                "rope_type": "yarn",
                "rope_theta": 10000.0,
                "factor": 8.0,
                "original_max_position_embeddings": 64,
                "mscale": 0.7,
                "mscale_all_dim": 1.9,
                "truncate": True,
                "beta_fast": 8.0,
                "beta_slow": 2.0,
            }
        },
    ),
    Variant(
        "llama-yarn-attention-factor",
        switches={"rope_scaling": {"factor": 4.0, "rope_type": "yarn"}},
    ),
    Variant("mistral-no-window", switches={"rope_theta": 10000.0, "sliding_window": 4}),
    Variant("mistral-hub", dtype="bfloat16", switches={"sliding_window": 6}),
    Variant(
        "qwen2-sliding",
        switches={"max_window_layers": 2, "sliding_window": 5, "use_sliding_window": False},
    ),
    Variant("qwen2-tied", dtype="bfloat16"),
    Variant(
        "qwen2-layer-types",
        switches={
            "layer_types": ["full_attention", "full_attention", "sliding_attention"],
            "rope_parameters": DEFAULT_ROPE,
        },
    ),
    Variant("qwen3", dtype="bfloat16", switches={"rope_theta": 10000.0}),
    Variant("qwen3-bias-sliding", switches={"sliding_window": 4, "rms_norm_eps": 1e-06}),
    Variant("gemma", switches={"hidden_act": "gelu"}),
    Variant("gemma-hub-gelu", dtype="bfloat16", switches={"hidden_act": "gelu_pytorch_tanh"}),
    Variant(
        "gemma2-hub",
        switches={
            "attn_logit_softcapping": 4.0,
            "final_logit_softcapping": 5.0,
            "query_pre_attn_scalar": 8,
            "sliding_window": 5,
            "hidden_activation": "gelu",
        },
    ),
    Variant(
        "gemma2-no-caps",
        switches={
            "attn_logit_softcapping": 50.0,
            "final_logit_softcapping": 30.0,
            "layer_types": ["sliding_attention", "full_attention"],
            "hidden_activation": "gelu_pytorch_tanh",
        },
    ),
    Variant("phi-2", switches={"partial_rotary_factor": 0.6, "hidden_act": "gelu"}),
    Variant("phi-qk-layernorm", switches={"layer_norm_eps": 1e-05, "rope_theta": 100.0}),
    Variant(
        "phi3-mini-4k", dtype="bfloat16", switches={"sliding_window": None, "rope_theta": 1000.0}
    ),
    Variant(
        "phi3-longrope-short",
        switches={
            "original_max_position_embeddings": 64,
            "rope_scaling": {
                "long_factor": [1.5, 2.5, 4.0, 7.0],
                "short_factor": [1.5, 2.5, 4.0, 7.0],
                "type": "longrope",
            },
        },
    ),
    Variant(
        "phi3-longrope-long",
        switches={
            "rope_scaling": {
                "long_factor": [1.0, 1.1, 1.3, 1.7],
                "short_factor": [1.0, 1.1, 1.3, 1.7],
                "type": "longrope",
            }
        },
    ),
    Variant(
        "phi3-partial-tied",
        switches={
            "rope_scaling": {
                "long_factor": [1.0, 1.1, 1.3],
                "short_factor": [1.0, 1.1, 1.3],
                "type": "longrope",
            }
        },
    ),
    Variant("olmo2", dtype="float32", switches={"rope_theta": 10000.0}),
    Variant(
        "olmo2-bias-tied",
        switches={"rms_norm_eps": 1e-05, "hidden_act": "silu", "rope_parameters": DEFAULT_ROPE},
    ),
    Variant(
        "stablelm-3b",
        dtype="bfloat16",
        switches={"partial_rotary_factor": 0.5, "hidden_act": "gelu"},
    ),
    Variant("stablelm-qkv-bias-parallel"),
    Variant("stablelm-2-12b", switches={"layer_norm_eps": 1e-05, "rope_theta": 10000.0}),
    Variant(
        "stablelm-qk-norm-sequential",
        switches={
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 10000.0,
                "partial_rotary_factor": 0.5,
            }
        },
    ),
    Variant(
        "falcon-7b", dtype="bfloat16", switches={"activation": "gelu_new", "rope_theta": 1000.0}
    ),
    Variant("falcon-40b", switches={"activation": "gelu_new"}),
    Variant("falcon2-11b", switches={"rope_theta": 10000.0, "activation": "relu"}),
    Variant("falcon-rw-6-heads", sdpa=True, switches={"alibi": False, "layer_norm_epsilon": 0.001}),
    Variant("falcon-alibi-multi-query", sdpa=True, switches={"alibi": False}),
    Variant("falcon-rotary-linear", switches={"rope_parameters": DEFAULT_ROPE}),
]
