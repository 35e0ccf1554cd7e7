//! Ctrl-C, SIGTERM and SIGHUP: the run ends in order, and its account is printed.

use tokio::sync::watch;

use crate::signal::wait_for_signal;

/// Hears the first of them.
pub(super) struct StopSignal {
    heard: watch::Receiver<bool>,
}

impl StopSignal {
    /// Listens from now on.
    pub(super) fn new() -> Self {
        let (tell, heard) = watch::channel(false);
        tokio::spawn(async move {
            wait_for_signal().await;
            // The run may be over already.
            let _ = tell.send(true);
            // The sender stays: a receiver whose sender is gone would wait for nobody.
            tell.closed().await;
        });
        StopSignal { heard }
    }

    /// Becomes true.
    pub(super) fn flag(&self) -> watch::Receiver<bool> {
        self.heard.clone()
    }

    /// Returns once it was heard.
    pub(super) async fn wait(&self) {
        let mut heard = self.heard.clone();
        if heard.wait_for(|heard| *heard).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
