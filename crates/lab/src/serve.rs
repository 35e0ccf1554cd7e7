//! Accepting connections. The lab does it itself, so that ending a server ends its open connections too, as a killed
//! process would.

use std::net::SocketAddr;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

use super::error::LabError;
use super::task::LabTask;

/// A port that belongs to the lab: listened on later, or kept so that nobody else answers there.
#[derive(Debug)]
pub(crate) struct ReservedPort {
    socket: TcpSocket,
    pub(crate) address: SocketAddr,
}

impl ReservedPort {
    /// Takes the address; port 0 takes any free port. Nobody is answered yet.
    pub(crate) fn take(address: SocketAddr) -> Result<ReservedPort, LabError> {
        let attempt = || -> std::io::Result<ReservedPort> {
            let socket = TcpSocket::new_v4()?;
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            Ok(ReservedPort {
                address: socket.local_addr()?,
                socket,
            })
        };
        attempt().map_err(|error| LabError::Bind {
            address: address.to_string(),
            reason: error.to_string(),
        })
    }

    /// Begins to listen.
    pub(crate) fn listen(self) -> Result<TcpListener, LabError> {
        let address = self.address;
        self.socket.listen(1024).map_err(|error| LabError::Bind {
            address: address.to_string(),
            reason: error.to_string(),
        })
    }
}

/// Serves HTTP/1 and HTTP/2 without TLS.
pub(crate) fn serve_http(listener: TcpListener, router: Router) -> LabTask {
    accept_connections(listener, move |stream| {
        let service = TowerToHyperService::new(router.clone());
        async move {
            // A connection that ends badly is the client's business.
            let _ = Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
        }
    })
}

/// Serves HTTP/1 only, as a Go server without h2c does: whoever begins in HTTP/2 is not understood.
pub(crate) fn serve_http1(listener: TcpListener, router: Router) -> LabTask {
    accept_connections(listener, move |stream| {
        let service = TowerToHyperService::new(router.clone());
        async move {
            let _ = Builder::new(TokioExecutor::new())
                .http1_only()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        }
    })
}

/// Behaves as a Go server with TLS does towards clients that may or may not speak it: plain HTTP is told so in plain
/// text where HTTP/1 is served, a TLS handshake is refused with an alert (the lab has no certificate), anything else is
/// hung up on.
pub(crate) fn serve_tls_only(listener: TcpListener, serves_http1: bool) -> LabTask {
    accept_connections(listener, move |mut stream| async move {
        let mut head = [0_u8; 512];
        let Ok(read) = stream.read(&mut head).await else {
            return;
        };
        let head = head.get(..read).unwrap_or_default();
        let answer: &[u8] = match head.first() {
            Some(0x16) => &[0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28],
            _ if !serves_http1 || head.starts_with(b"PRI ") => &[],
            _ => b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
        };
        let _ = stream.write_all(answer).await;
        let _ = stream.shutdown().await;
    })
}

fn accept_connections<F, Fut>(listener: TcpListener, handle: F) -> LabTask
where
    F: Fn(TcpStream) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    LabTask::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            if let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                connections.spawn(handle(stream));
            }
            while connections.try_join_next().is_some() {}
        }
    })
}
