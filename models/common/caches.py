"""What is kept in the registry's caches is forgotten at each moment at which it may have become wrong."""


def forget(env):
    """Forget what every process keeps of settings that this transaction has changed.

    At once, because this transaction reads them again; when it is committed, because until then another thread may read
    what stood there before, and keep it; when it is rolled back, because what was read in between never came true.
    Odoo tells the other processes of it after the commit.
    """
    forget_all = env.registry.clear_cache
    forget_all()
    env.cr.postcommit.add(forget_all)
    env.cr.postrollback.add(forget_all)
