//! What is a table of cases, each a test by name: every scenario of the lab, all saved evidence, every bent Compose project.
//! `cargo test --test cases -- scenario::grafana` runs some, `--list` lists them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "durations and files of tests are their own"
)]
#![allow(dead_code, reason = "tests/it.rs uses the rest of what both share")]

mod accuracy;
mod compose_cases;
mod evidence;
mod fact_account;
mod grounded;
mod healed;
mod kept;
mod lab_faults;
mod lab_kit;
mod monotone;
mod pairs;
mod product;
mod recording;
mod scenarios;

use libtest_mimic::{Arguments, Failed};

/// Labs at a time: each waits far more than it works, and one that gets no processor for long is judged wrongly.
const LABS_AT_ONCE: usize = 4;

fn main() {
    let arguments = Arguments::from_args();
    let mut beside = arguments.clone();
    beside.test_threads.get_or_insert(LABS_AT_ONCE);
    let labs = libtest_mimic::run(
        &beside,
        scenarios::list_trials()
            .chain(lab_faults::list_trials())
            .chain(pairs::list_trials())
            .chain(healed::list_trials_of_labs())
            .collect(),
    );
    let trials = scenarios::list_trials_of_what_was_saved()
        .chain(evidence::list_trials())
        .chain(compose_cases::list_trials())
        .chain(healed::list_trials())
        .chain(grounded::list_trials())
        .chain(monotone::list_trials());
    let rest = libtest_mimic::run(&arguments, trials.collect());
    labs.exit_if_failed();
    rest.exit_if_failed();
    let is_whole = !arguments.list && arguments.filter.is_none() && arguments.skip.is_empty();
    if is_whole {
        accuracy::hold_page().unwrap_or_else(|stale| panic!("{stale}"));
    }
}

/// Runs a trial that waits.
fn block_on(trial: impl Future<Output = Result<(), Failed>>) -> Result<(), Failed> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(trial)
}
