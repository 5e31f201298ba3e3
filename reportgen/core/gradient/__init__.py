"""The loss of many networks and its gradient: written out, which is what autograd finds from
`model.forward` in fewer and larger steps, and by autograd where a part is not written out.
"""
