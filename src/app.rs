//! How a command is run.

use std::time::Duration;

use tokio::runtime::Builder;

use crate::command_error::CommandError;

/// How long work that is left over when a command is done may take.
const LEFT_OVER: Duration = Duration::from_millis(50);

/// Runs a future to its end on a runtime of its own.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T, CommandError>>) -> Result<T, CommandError> {
    run_on(Builder::new_current_thread(), future)
}

/// The same on threads of its own, for what has to go on while the command itself computes.
pub(crate) fn block_on_threads<T>(future: impl Future<Output = Result<T, CommandError>>) -> Result<T, CommandError> {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2);
    run_on(builder, future)
}

fn run_on<T>(mut builder: Builder, future: impl Future<Output = Result<T, CommandError>>) -> Result<T, CommandError> {
    let runtime = builder
        .enable_all()
        .build()
        .map_err(|problem| CommandError::general(format!("cannot start the async runtime: {problem}")))?;
    // On the heap: a thread's stack may be small.
    let result = runtime.block_on(Box::pin(future));
    runtime.shutdown_timeout(LEFT_OVER);
    result
}
