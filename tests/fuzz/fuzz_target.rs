//! One fuzz target per parser: the binary's name is the parser's.
#![no_main]

mod parsers;

libfuzzer_sys::fuzz_target!(|input: &[u8]| parsers::run_parser(env!("CARGO_BIN_NAME"), input));
