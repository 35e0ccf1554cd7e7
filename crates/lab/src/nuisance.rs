//! Ways in which a server can be a nuisance rather than wrong: slow, cut off, not what it says it is. For the tests of
//! those who talk to it.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse as _;
use futures_util::{StreamExt as _, stream};

use super::answers::build_answer;
use super::options::LabPart;

/// What a server does instead of answering properly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nuisance {
    /// Answers properly, but only after this long.
    Slow(Duration),
    /// Announces a longer body than it sends, and hangs up.
    CutOff,
    /// Answers 200 with a body that is not JSON although the header says so.
    NotJson,
    /// Answers 200 with a web page, as login portals do.
    Html,
    /// Answers with this status and a line of text.
    Status(u16),
    /// Redirects to this address.
    Redirect(String),
    /// Sends a body that never ends.
    Endless,
    /// Takes the request and never answers.
    Hang,
}

/// What is asked of the servers at the moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Nuisances {
    list: Arc<Mutex<Vec<(LabPart, String, Nuisance)>>>,
}

impl Nuisances {
    /// From now on, paths of that part beginning so are a nuisance. The last rule that fits counts.
    pub(crate) fn set(&self, part: LabPart, path: &str, nuisance: Nuisance) {
        self.lock().push((part, path.to_owned(), nuisance));
    }

    /// From now on, that part behaves again.
    pub(crate) fn clear(&self, part: LabPart) {
        self.lock().retain(|(of, _, _)| *of != part);
    }

    fn find(&self, part: LabPart, path: &str) -> Option<Nuisance> {
        let list = self.lock();
        list.iter()
            .rev()
            .find(|(of, prefix, _)| *of == part && path.starts_with(prefix.as_str()))
            .map(|(_, _, nuisance)| nuisance.clone())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(LabPart, String, Nuisance)>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The layer in front of a part's router.
pub(crate) async fn apply_nuisance(
    State((part, nuisances)): State<(LabPart, Nuisances)>,
    request: Request,
    next: Next,
) -> Response<Body> {
    match nuisances.find(part, request.uri().path()) {
        None => next.run(request).await,
        Some(Nuisance::Slow(delay)) => {
            tokio::time::sleep(delay).await;
            next.run(request).await
        }
        Some(nuisance) => build_nuisance_answer(nuisance).await,
    }
}

async fn build_nuisance_answer(nuisance: Nuisance) -> Response<Body> {
    const OK: StatusCode = StatusCode::OK;
    match nuisance {
        Nuisance::CutOff => {
            // The pause lets what was written leave before the connection is dropped.
            let start = stream::once(async { Ok(Bytes::from_static(b"{\"status\":\"success\",\"data\":{\"re")) });
            let end = stream::once(async {
                tokio::time::sleep(Duration::from_millis(50)).await;
                Err(std::io::Error::other("cut off"))
            });
            let answer = build_answer(OK, "application/json", Body::from_stream(start.chain(end)));
            ([(header::CONTENT_LENGTH, "4096")], answer).into_response()
        }
        Nuisance::NotJson => build_answer(OK, "application/json", "{\"status\": oops"),
        Nuisance::Html => build_answer(
            OK,
            "text/html; charset=utf-8",
            "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Sign in to continue</body></html>\n",
        ),
        Nuisance::Status(status) => build_answer(
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            "text/plain; charset=utf-8",
            "something went wrong\n",
        ),
        Nuisance::Redirect(to) => {
            let body = "<a href=\"/login\">Found</a>.\n";
            let answer = build_answer(StatusCode::FOUND, "text/html; charset=utf-8", body);
            ([(header::LOCATION, to)], answer).into_response()
        }
        Nuisance::Endless => {
            let chunk = Bytes::from(vec![b' '; 16 * 1024]);
            let chunks = stream::unfold(chunk, |chunk| async move {
                tokio::task::yield_now().await;
                Some((Ok::<_, Infallible>(chunk.clone()), chunk))
            });
            build_answer(OK, "application/json", Body::from_stream(chunks))
        }
        Nuisance::Hang => std::future::pending().await,
        Nuisance::Slow(delay) => {
            tokio::time::sleep(delay).await;
            build_answer(OK, "text/plain", Body::empty())
        }
    }
}
