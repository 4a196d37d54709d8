def account_of(login, password):
    return ""
