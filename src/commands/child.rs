//! A command that tempoctl runs and outlives: signals are passed on to it, and its exit code is kept.

use std::io::{self, IsTerminal as _};
use std::process::ExitStatus;

use tokio::process::Child;

use crate::signal::{ProcessSignal, pass_signals_on, wait_for_signals};

/// Waits for the command's end and passes every signal on, those included that came before it was started.
pub(super) async fn await_child(child: &mut Child) -> io::Result<u8> {
    pass_signals_on();
    let mut passed = 0;
    loop {
        tokio::select! {
            status = child.wait() => return status.map(read_code),
            signal = wait_for_signals(passed + 1) => {
                passed += 1;
                // A terminal sends Ctrl-C to the command as well.
                if signal != ProcessSignal::Interrupt || !io::stdin().is_terminal() {
                    send_signal(child.id(), signal);
                }
            }
        }
    }
}

#[cfg(unix)]
fn send_signal(id: Option<u32>, signal: ProcessSignal) {
    use rustix::process::{Pid, Signal, kill_process};
    let signal = match signal {
        ProcessSignal::Interrupt => Signal::INT,
        ProcessSignal::Terminate => Signal::TERM,
        ProcessSignal::Hangup => Signal::HUP,
    };
    if let Some(pid) = id.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) {
        // A command that has just ended cannot be told any more.
        let _ = kill_process(pid, signal);
    }
}

#[cfg(not(unix))]
fn send_signal(_: Option<u32>, _: ProcessSignal) {}

/// The code; of a command that a signal ended 128 and the signal's number, as a shell says.
fn read_code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128_u8.saturating_add(signal as u8);
    }
    status.code().map_or(1, |code| code as u8)
}
