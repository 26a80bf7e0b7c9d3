//! Inputs of `send_all`: leads or pairs, from iterators or streams.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

/// Leads without keys, as pairs with `()`.
#[derive(Debug)]
pub struct Keyless<I>(pub(crate) I);

impl<I: Iterator> Iterator for Keyless<I> {
    type Item = ((), I::Item);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|lead| ((), lead))
    }
}

impl<S: Stream + Unpin> Stream for Keyless<S> {
    type Item = ((), S::Item);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.0).poll_next(context).map(|next| next.map(|lead| ((), lead)))
    }
}

/// Iterator as a stream that is always ready.
#[derive(Debug)]
pub struct Ready<I>(pub(crate) I);

impl<I> Unpin for Ready<I> {}

impl<I: Iterator> Stream for Ready<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.0.next())
    }
}
