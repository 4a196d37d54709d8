ActiveSupport.on_load(:action_mailer) { self.perform_deliveries = false }
# Less than this has the addresses of people, and what they typed in the place of their name.
Rails.logger.level = Logger::WARN

Rails.application.config.to_prepare do
  # It would say that an order was sent to a producer, and that a password was to whoever is new.
  Order.prepend(Module.new do
    def send_to_supplier!(_user)
      raise "aucun courriel ne part d'ici. Téléchargez le bon de commande (PDF) et envoyez-le vous-même."
    end
  end)
  User.prepend(Module.new { def send_welcome_mail? = false })
  # Rails takes files of anybody who asks, and gives them to whoever has the address.
  ActiveStorage::BaseController.before_action do
    head :not_found unless User.undeleted.exists?(id: session[:user_id])
  end
end
