package routing

// Why the previous manager gets the call, is waited for, or is passed over.
const (
	PreviousFree          Reason = "previous_free"
	PreviousRingingWait   Reason = "previous_ringing_wait"
	PreviousTalkingWait   Reason = "previous_talking_wait"
	PreviousWrapUpWait    Reason = "previous_wrap_up_wait"
	PreviousWaitedTooLong Reason = "previous_waited_too_long"
	PreviousBusy          Reason = "previous_busy" // and the queue does not wait for him
	PreviousOnBreak       Reason = "previous_on_break"
	PreviousOffline       Reason = "previous_offline"
	PreviousNoDevice      Reason = "previous_no_device"
	PreviousGone          Reason = "previous_gone" // has left the company
	PreviousRejected      Reason = "previous_rejected"
)

// Why a candidate stands where he stands, or why nobody does.
const (
	ByLeastBusy   Reason = "least_busy"
	ByLongestIdle Reason = "longest_idle"
	ByRoundRobin  Reason = "round_robin"
	ByLinear      Reason = "linear"
	ByRingAll     Reason = "ring_all"
	ByRandom      Reason = "random"
	ByFewestCalls Reason = "fewest_calls"
	NobodyFree    Reason = "nobody_free"
)

// Why an agent cannot get the call now.
const (
	IsOffline  Reason = "offline"
	IsOnBreak  Reason = "break"
	IsRinging  Reason = "ringing"
	IsTalking  Reason = "talking"
	IsInWrapUp Reason = "wrap_up"
	HasNoPhone Reason = "no_device"
	WasTried   Reason = "tried" // was offered this call and did not take it
	IsGone     Reason = "gone"
)
