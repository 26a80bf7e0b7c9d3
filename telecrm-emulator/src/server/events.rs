//! `GET /emulator/events`: server-sent events that notify the page of changes.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    body::Body,
    extract::State,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use hyper::body::{Bytes, Frame};
use tokio::{sync::watch, time};

use crate::engine::Engine;

/// The shortest time between two events: under load one event stands for many changes.
const PAUSE: Duration = Duration::from_millis(150);
/// After so long without a change a comment keeps the connection from looking dead.
const QUIET: Duration = Duration::from_secs(15);

/// An event `change` with the number of changes so far: one at once, one whenever there is news.
pub(super) async fn stream(State(engine): State<Arc<Engine>>) -> Response {
    let mut changes = engine.changes();
    let now = *changes.borrow_and_update();
    let first = async move { (changes, event(now)) };
    let headers = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-store")];
    (headers, Body::new(Events { next: Box::pin(first) })).into_response()
}

fn event(count: u64) -> Bytes {
    Bytes::from(format!("retry: 1000\nevent: change\ndata: {count}\n\n"))
}

type Next = (watch::Receiver<u64>, Bytes);

struct Events {
    next: Pin<Box<dyn Future<Output = Next> + Send>>,
}

async fn next(mut changes: watch::Receiver<u64>) -> Next {
    time::sleep(PAUSE).await;
    match time::timeout(QUIET, changes.changed()).await {
        Ok(Ok(())) => {
            let count = *changes.borrow_and_update();
            (changes, event(count))
        }
        // The engine is gone only when the server is.
        _ => (changes, Bytes::from_static(b": still here\n\n")),
    }
}

impl hyper::body::Body for Events {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let (changes, bytes) = ready!(self.next.as_mut().poll(cx));
        self.next = Box::pin(next(changes));
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }
}
