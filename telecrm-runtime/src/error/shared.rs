//! Causes of errors, shared by the clones of an error.

use std::error::Error as StdError;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Cause of an [`Error`](crate::Error), shared by its clones. It dereferences to the cause.
///
/// The type is a pointer and does not implement [`std::error::Error`]. [`source`](StdError::source)
/// therefore returns the cause itself, and `downcast_ref` finds its type; an `Arc` as the cause
/// would hide it.
pub struct SharedCause<E: ?Sized = dyn StdError + Send + Sync>(Arc<E>);

impl<E> From<E> for SharedCause<E> {
    fn from(cause: E) -> Self {
        Self(Arc::new(cause))
    }
}

impl SharedCause {
    pub(crate) fn new(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Arc::from(cause.into()))
    }
}

impl<E: ?Sized> Clone for SharedCause<E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<E: ?Sized> Deref for SharedCause<E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.0
    }
}

impl<E: fmt::Display + ?Sized> fmt::Display for SharedCause<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<E: fmt::Debug + ?Sized> fmt::Debug for SharedCause<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
