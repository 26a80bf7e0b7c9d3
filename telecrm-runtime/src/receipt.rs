//! Receipts: what is known of a lead that telecrm queued.

use std::borrow::Cow;

/// telecrm put the lead into its queue: `200 {"status":"QUEUED"}`, with no word about the outcome and
/// no id (telecrm: Async API). Whether the lead is stored is known by reading it back:
/// `sync::Client::verify`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    actions: ActionDelivery,
    unconfirmed: Vec<UnconfirmedAction>,
}

impl Receipt {
    /// `codes` are those of the lead's actions.
    pub(crate) fn new(actions: ActionDelivery, codes: Vec<Cow<'static, str>>) -> Self {
        let unconfirmed = match actions {
            ActionDelivery::Unconfirmed => codes,
            ActionDelivery::None | ActionDelivery::Queued | ActionDelivery::Repeated => Vec::new(),
        };
        let unconfirmed = unconfirmed.into_iter().enumerate();
        let unconfirmed = unconfirmed.map(|(index, code)| UnconfirmedAction { index, code });
        Self { actions, unconfirmed: unconfirmed.collect() }
    }

    /// The fate of the lead's actions.
    #[must_use]
    pub fn actions(&self) -> ActionDelivery {
        self.actions
    }

    /// The actions that are not known to be queued: all of the lead's where [`actions`](Self::actions)
    /// is `Unconfirmed`, else none.
    #[must_use]
    pub fn unconfirmed(&self) -> &[UnconfirmedAction] {
        &self.unconfirmed
    }
}

/// The fate of a lead's actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ActionDelivery {
    /// The lead had none.
    None,
    /// They were queued with the lead, once.
    Queued,
    /// The fields were queued; whether the actions were is not known. They were not sent twice, since
    /// telecrm would append them twice.
    Unconfirmed,
    /// They were queued with the lead, and perhaps once before: the caller chose to
    /// [send them again](crate::RetryPolicy::resend_actions).
    Repeated,
}

/// An action that telecrm may or may not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnconfirmedAction {
    index: usize,
    code: Cow<'static, str>,
}

impl UnconfirmedAction {
    /// Its place among the lead's actions, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Its type on the wire: `ACTION_1001`, or `PAYMENT`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }
}
