//! Connections: accepted, served, and closed on purpose where a fault says so.

use std::{
    cell::Cell,
    convert::Infallible,
    io,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use axum::{
    Router,
    http::{
        HeaderValue,
        header::{CONNECTION, TRANSFER_ENCODING},
    },
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1, service::Service, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};

use super::{
    faulty::{ClosedOnPurpose, HangUp},
    framing::{AmbiguousLength, Scanned},
};

/// How long to wait when the system has no room for another connection.
const NO_ROOM: Duration = Duration::from_millis(50);

/// Serves connections until the runtime ends.
///
/// This is a loop of our own because a fault may close a connection without an answer, which a
/// handler cannot ask of `axum::serve`.
pub(super) async fn serve(listener: TcpListener, router: Router, read_timeout: Duration) {
    let router = Arc::new(TowerToHyperService::new(router));
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(connection(stream, Arc::clone(&router), read_timeout));
            }
            // The client is gone already.
            Err(error) if is_of_the_client(&error) => {}
            // Out of file descriptors, most likely: those that are open end some day.
            Err(_) => tokio::time::sleep(NO_ROOM).await,
        }
    }
}

async fn connection(
    stream: TcpStream,
    router: Arc<TowerToHyperService<Router>>,
    read_timeout: Duration,
) {
    // Answers are small, and a test waits for each.
    let _ = stream.set_nodelay(true);
    let (stream, ambiguous) = Scanned::new(stream);
    let number = Cell::new(0);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        number.set(number.get() + 1);
        if ambiguous.load(Ordering::Acquire) == number.get() {
            request.extensions_mut().insert(AmbiguousLength);
        }
        // Anything that follows a chunked body on its connection is not scanned.
        let chunked = request.headers().contains_key(TRANSFER_ENCODING);
        let answer = router.call(request);
        async move {
            let mut answer = unless_hung_up(answer.await)?;
            if chunked {
                answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, ClosedOnPurpose>(answer)
        }
    });
    // An error here is the client's (or a fault): there is nobody to tell.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(read_timeout)
        // A client that has said all may close its side and still read: `printf … | nc`.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

fn unless_hung_up(answer: Result<Response, Infallible>) -> Result<Response, ClosedOnPurpose> {
    match answer {
        Ok(answer) if answer.extensions().get::<HangUp>().is_none() => Ok(answer),
        _ => Err(ClosedOnPurpose),
    }
}

fn is_of_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
