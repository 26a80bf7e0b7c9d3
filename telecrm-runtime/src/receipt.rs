//! Receipts: the known outcome of a lead that telecrm queued.

use std::borrow::Cow;

/// Receipt of a lead that telecrm put into its queue: `200 {"status":"QUEUED"}`.
///
/// The response contains no id, and nothing about the outcome (telecrm: Async API). To find out
/// whether the lead is stored, read it back with `sync::Client::verify`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    actions: ActionDelivery,
    unconfirmed: Vec<UnconfirmedAction>,
}

impl Receipt {
    /// Creates a receipt; `codes` are the codes of the lead's actions.
    pub(crate) fn new(actions: ActionDelivery, codes: Vec<Cow<'static, str>>) -> Self {
        let unconfirmed = match actions {
            ActionDelivery::Unconfirmed => codes,
            ActionDelivery::None | ActionDelivery::Queued | ActionDelivery::Repeated => Vec::new(),
        };
        let unconfirmed = unconfirmed.into_iter().enumerate();
        let unconfirmed = unconfirmed.map(|(index, code)| UnconfirmedAction { index, code });
        Self { actions, unconfirmed: unconfirmed.collect() }
    }

    /// Returns the delivery of the lead's actions.
    #[must_use]
    pub fn actions(&self) -> ActionDelivery {
        self.actions
    }

    /// Returns the actions that are not known to be queued.
    ///
    /// These are all actions of the lead if [`actions`](Self::actions) is `Unconfirmed`, otherwise
    /// none.
    #[must_use]
    pub fn unconfirmed(&self) -> &[UnconfirmedAction] {
        &self.unconfirmed
    }
}

/// Delivery of a lead's actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ActionDelivery {
    /// The lead had no actions.
    None,
    /// The actions were queued with the lead, once.
    Queued,
    /// The fields were queued, but the actions may not be.
    ///
    /// The client did not send the actions twice, because telecrm would append them twice.
    Unconfirmed,
    /// The actions were queued with the lead, and perhaps once before.
    ///
    /// The caller chose to [send them again](crate::RetryPolicy::resend_actions).
    Repeated,
}

/// Action that telecrm may or may not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnconfirmedAction {
    index: usize,
    code: Cow<'static, str>,
}

impl UnconfirmedAction {
    /// Returns the position of the action in the lead, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Returns the type on the wire: `ACTION_1001`, or `PAYMENT`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }
}
