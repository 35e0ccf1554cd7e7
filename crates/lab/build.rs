//! A scenario that is added makes a new lab.

fn main() {
    println!("cargo:rerun-if-changed=scenarios");
}
