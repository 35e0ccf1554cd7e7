//! A cause that is added makes a new catalogue.

fn main() {
    println!("cargo:rerun-if-changed=src/causes/entries");
}
