//! Every scenario by name. Generated from the folder: `REGEN=1 cargo test lab_registry` rewrites it.

/// Name and text of every scenario, sorted by name.
#[rustfmt::skip]
pub(crate) const ALL: &[(&str, &str)] = &[
    ("healthy-3.0", include_str!("healthy-3.0.toml")),
    ("no-app-traffic", include_str!("no-app-traffic.toml")),
    ("remote-write-receiver-off", include_str!("remote-write-receiver-off.toml")),
];
