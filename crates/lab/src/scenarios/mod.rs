//! The scenarios, embedded. `registry.rs` is generated from the folder; a test tells when it is stale.

mod registry;

pub(crate) use registry::ALL;

/// The text `registry.rs` must have for these scenario names.
pub fn render_registry<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_unstable();
    let mut text = String::from(
        "//! Every scenario by name. Generated from the folder: `REGEN=1 cargo test lab_registry` rewrites it.\n\n\
         /// Name and text of every scenario, sorted by name.\n\
         #[rustfmt::skip]\n\
         pub(crate) const ALL: &[(&str, &str)] = &[\n",
    );
    for name in names {
        text.push_str(&format!("    (\"{name}\", include_str!(\"{name}.toml\")),\n"));
    }
    text.push_str("];\n");
    text
}
