"""The loss of many networks and its gradient, written out: what autograd finds from
`model.forward`, in fewer and larger steps.
"""
